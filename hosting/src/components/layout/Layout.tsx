import type { ReactNode } from 'react';
import { Brand } from '#components/ui/brand.tsx';
import { MobileNav } from './MobileNav.tsx';
import { Navigation, type NavigationGroup } from './Navigation.tsx';

interface LayoutProps {
  groups: readonly NavigationGroup[];
  strip: ReactNode;
  banner: ReactNode;
  children: ReactNode;
}

/** Navigation at the left, a strip on top, the page in the rest; the page scrolls inside itself. */
export function Layout({ groups, strip, banner, children }: LayoutProps) {
  return (
    <div className="grid h-dvh grid-rows-[auto_minmax(0,1fr)] md:grid-cols-[182px_minmax(0,1fr)]">
      <a
        href="#main"
        className="absolute -top-12 left-2 z-20 rounded-sm bg-ember px-3 py-1.5 text-on-ember focus:top-2"
      >
        Skip to the content
      </a>
      <div className="hidden h-10 items-center border-r border-b px-3.5 md:flex">
        <Brand />
      </div>
      <header className="flex h-10 items-center gap-2 border-b px-1.5 md:px-3.5 coarse:h-12">
        <div className="flex items-center gap-1 md:hidden">
          <MobileNav groups={groups} />
          <Brand />
        </div>
        {strip}
      </header>
      <nav aria-label="Places" className="hidden overflow-y-auto border-r py-2.5 md:block">
        <Navigation groups={groups} />
      </nav>
      <main id="main" tabIndex={-1} className="flex min-h-0 min-w-0 flex-col bg-panel outline-none">
        {banner}
        <div className="min-h-0 flex-1">{children}</div>
      </main>
    </div>
  );
}
