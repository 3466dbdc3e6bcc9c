import type { ReactNode } from 'react';
import { Brand } from '#components/ui/brand.tsx';

/** What a newcomer should know, each line true of the system as it runs. */
const FACTS = [
  ['Keys stay on the server', 'This browser only ever holds a token of a few minutes.'],
  ['Every answer is measured', 'Tokens, cost and latency stand under each of them.'],
  ['It is yours', 'Firegate runs in your own Firebase project.'],
] as const;

/** The frame of every page that is seen without a session: form at the left, what this is at the right. */
export function AuthContainer({ children }: { children: ReactNode }) {
  return (
    <div className="grid min-h-full lg:grid-cols-[minmax(480px,5fr)_6fr]">
      <div className="flex flex-col bg-panel px-4 py-4 sm:px-6 lg:border-r">
        <header className="flex h-8 items-center">
          <Brand />
        </header>
        <main className="mx-auto flex w-full max-w-90 grow flex-col justify-center py-8">{children}</main>
      </div>
      <aside className="hidden flex-col justify-center px-16 lg:flex" aria-label="About Firegate">
        <p className="max-w-105 text-[28px] leading-9 font-semibold tracking-[-0.01em] text-balance">
          Language models, behind a gate of your own.
        </p>
        <ul className="mt-8 flex max-w-105 flex-col gap-4">
          {FACTS.map(([title, text]) => (
            <li key={title} className="rail pl-3" data-state="done">
              <p className="font-medium">{title}</p>
              <p className="text-mute">{text}</p>
            </li>
          ))}
        </ul>
      </aside>
    </div>
  );
}

interface AuthHeadingProps {
  title: string;
  children?: ReactNode;
}

export function AuthHeading({ title, children }: AuthHeadingProps) {
  return (
    <div className="mb-6">
      <h1 className="text-title font-semibold">{title}</h1>
      {children !== undefined && <p className="mt-1 text-mute">{children}</p>}
    </div>
  );
}
