import { useSyncExternalStore } from 'react';
import { currentUser, onSessionChange } from '#lib/auth/session.ts';
import type { Run } from './run.ts';
import { RunBoard } from './run-board.ts';

export const board = new RunBoard();

onSessionChange(() => {
  if (currentUser() === null) board.clear();
});

export function useRun(key: string): Run | undefined {
  return useSyncExternalStore(board.subscribe, () => board.get(key));
}

export function useAnyLive(keys: readonly string[]): boolean {
  return useSyncExternalStore(board.subscribe, () => board.anyLive(keys));
}
