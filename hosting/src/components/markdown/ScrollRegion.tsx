import type { ReactNode } from 'react';

/** Content wider than the column, scrolled by touch, wheel or keyboard. */
export function ScrollRegion({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: without focus the keyboard could not scroll it.
    <section tabIndex={0} aria-label={label} className="overflow-x-auto">
      {children}
    </section>
  );
}
