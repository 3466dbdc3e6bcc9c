import type { ReactNode } from 'react';
import { useTitle } from '#lib/use-title.ts';

interface PageProps {
  title: string;
  /** Stands above the title: the way back. */
  back?: ReactNode;
  description?: ReactNode;
  /** At the right of the title. */
  actions?: ReactNode;
  children: ReactNode;
}

/** A page that scrolls inside itself, under its title. */
export function Page({ title, back, description, actions, children }: PageProps) {
  useTitle(title);
  return (
    <div className="h-full overflow-y-auto">
      <div className="px-4 pt-5 pb-10 sm:px-5.5">
        {back}
        <header className="mb-4 flex flex-wrap items-end justify-between gap-x-4 gap-y-3">
          <div className="min-w-0">
            <h1 className="text-title font-semibold [overflow-wrap:anywhere]">{title}</h1>
            {description !== undefined && <div className="text-mute">{description}</div>}
          </div>
          {actions !== undefined && <div className="flex flex-wrap gap-2">{actions}</div>}
        </header>
        {children}
      </div>
    </div>
  );
}
