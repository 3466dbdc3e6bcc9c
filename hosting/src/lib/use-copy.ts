import { useEffect, useState } from 'react';

const SHOWN_MS = 1600;

/** Copies to the clipboard and remembers for a moment how it went. */
export function useCopy(): {
  outcome: 'copied' | 'refused' | undefined;
  copy: (text: string) => Promise<void>;
} {
  const [outcome, setOutcome] = useState<'copied' | 'refused'>();
  useEffect(() => {
    if (outcome === undefined) return;
    const timer = setTimeout(() => setOutcome(undefined), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [outcome]);
  return {
    outcome,
    async copy(text) {
      try {
        await navigator.clipboard.writeText(text);
        setOutcome('copied');
      } catch {
        setOutcome('refused');
      }
    },
  };
}
