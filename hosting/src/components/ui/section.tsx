import { type ReactNode, useId } from 'react';

interface SectionProps {
  title: string;
  /** One sentence on what this is. */
  description: string;
  children: ReactNode;
}

/** A ruled part of the settings: what it is at the left, its controls at the right. */
export function Section({ title, description, children }: SectionProps) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="grid gap-x-6 gap-y-3 border-t py-6 sm:grid-cols-[13rem_1fr]">
      <div>
        <h2 id={id} className="font-semibold">
          {title}
        </h2>
        <p className="text-mute">{description}</p>
      </div>
      <div className="min-w-0">{children}</div>
    </section>
  );
}
