import { useEffect, useEffectEvent } from 'react';

interface Shortcuts {
  onRun: () => void;
  onStop: () => void;
  live: boolean;
}

/** Cmd/Ctrl-Enter runs from anywhere on the page; Esc stops, unless it closes a pop-up. */
export function useShortcuts({ onRun, onStop, live }: Shortcuts): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.isComposing) return;
    if (event.key === 'Enter' && (event.metaKey || event.ctrlKey) && !isPopupOpen()) {
      event.preventDefault();
      onRun();
    } else if (event.key === 'Escape' && live && !isPopupOpen()) {
      event.preventDefault();
      onStop();
    }
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKey(event);
    // Before anyone else: afterwards a pop-up that Esc closes is gone already.
    window.addEventListener('keydown', listener, { capture: true });
    return () => window.removeEventListener('keydown', listener, { capture: true });
  }, []);
}

function isPopupOpen(): boolean {
  return document.querySelector('[role="dialog"],[role="menu"],[role="listbox"]') !== null;
}
