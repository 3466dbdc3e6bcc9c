import { Search } from 'lucide-react';
import { lazy, Suspense, useEffect, useState } from 'react';
import type { SessionUser } from '#lib/auth/session.ts';
import { COMMAND_KEY } from '#lib/platform.ts';

const load = () => import('./Commands.tsx');
const Commands = lazy(load);

/** Opens the command palette: by press, or by Cmd/Ctrl-K from anywhere. */
export function CommandButton({ user }: { user: SessionUser }) {
  const [open, setOpen] = useState(false);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.metaKey || event.ctrlKey) || event.shiftKey) return;
      event.preventDefault();
      setOpen((shown) => !shown);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);

  return (
    <>
      <button
        type="button"
        onClick={() => setOpen(true)}
        onPointerEnter={() => void load()}
        aria-keyshortcuts="Control+K Meta+K"
        className="flex h-7 items-center gap-2 rounded-sm px-2 text-mute hover:text-ink max-md:size-8 max-md:justify-center md:w-64 md:justify-between md:border md:border-control md:bg-panel md:hover:bg-tint coarse:size-10 coarse:md:w-64"
      >
        <Search size={16} className="shrink-0 md:hidden" />
        <span className="max-md:sr-only">Search or run a command</span>
        <span className="font-mono text-label max-md:hidden" aria-hidden="true">
          {COMMAND_KEY}K
        </span>
      </button>
      {open && (
        <Suspense>
          <Commands user={user} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
