import { useSyncExternalStore } from 'react';
import type { GenerateBody } from '#lib/api/types.ts';
import { currentUser, onSessionChange } from '#lib/auth/session.ts';

/** What is in the composer. Kept in memory so that it outlives a visit to another page. */
export interface Draft {
  prompt: string;
  system: string;
  /** Null: the provider's default. */
  temperature: number | null;
  /** Null: the gateway's default, min(4096, the model's maximum). */
  maxTokens: number | null;
}

const EMPTY: Draft = { prompt: '', system: '', temperature: null, maxTokens: null };

let draft = EMPTY;
const listeners = new Set<() => void>();

export function changeDraft(change: Partial<Draft>): void {
  draft = { ...draft, ...change };
  for (const listener of listeners) listener();
}

let owner: string | undefined;
// A session that merely expired comes back to its prompt; another person starts afresh.
onSessionChange(() => {
  const uid = currentUser()?.uid;
  if (uid === undefined) return;
  if (owner !== undefined && owner !== uid) changeDraft(EMPTY);
  owner = uid;
});

export function useDraft(): Draft {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => draft,
  );
}

/** The request body for one model; what was left empty is left out. */
export function bodyOf({ prompt, system, temperature, maxTokens }: Draft, model: string): GenerateBody {
  return {
    model,
    prompt,
    ...(system.trim() === '' ? {} : { system }),
    ...(maxTokens === null ? {} : { maxTokens }),
    ...(temperature === null ? {} : { temperature }),
    stream: true,
  };
}
