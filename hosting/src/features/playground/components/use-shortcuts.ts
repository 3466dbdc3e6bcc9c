import { useEffect, useEffectEvent } from 'react';

interface Shortcuts {
  onRun: () => void;
  onStop: () => void;
  live: boolean;
}

/** Cmd/Ctrl-Enter runs from anywhere on the page; Esc stops, unless it closes a pop-up. */
export function useShortcuts({ onRun, onStop, live }: Shortcuts): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing) return;
    if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) {
      event.preventDefault();
      onRun();
    } else if (event.key === 'Escape' && live && !insidePopup(event.target)) {
      event.preventDefault();
      onStop();
    }
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKey(event);
    window.addEventListener('keydown', listener);
    return () => window.removeEventListener('keydown', listener);
  }, []);
}

function insidePopup(target: EventTarget | null): boolean {
  return (
    target instanceof Element && target.closest('[role="dialog"],[role="menu"],[role="listbox"]') !== null
  );
}
