import { useEffect } from 'react';

/** Names the page in the tab, the history and the screen reader. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Firegate`;
  }, [title]);
}
