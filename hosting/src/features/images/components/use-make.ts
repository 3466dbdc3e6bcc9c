import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { ApiError } from '#lib/api/errors.ts';
import { make } from '../api/make.ts';
import type { MadeImages, MakeBody } from '../state/make.ts';

export type MakeState =
  | { phase: 'idle' }
  /** `partial`: the last unfinished picture. */
  | { phase: 'running'; partial?: string; nth: number }
  | { phase: 'done'; answer: MadeImages }
  | { phase: 'failed'; error: ApiError }
  | { phase: 'stopped' };

/** One call of an image model at a time, and how it stands. */
export function useMake(): {
  state: MakeState;
  run: (what: 'generate' | 'edit' | 'variations', body: MakeBody) => Promise<void>;
  stop: () => void;
} {
  const [state, setState] = useState<MakeState>({ phase: 'idle' });
  const under = useRef<AbortController>(undefined);
  const client = useQueryClient();
  useEffect(() => () => under.current?.abort(), []);

  async function run(what: 'generate' | 'edit' | 'variations', body: MakeBody): Promise<void> {
    under.current?.abort();
    const controller = new AbortController();
    under.current = controller;
    setState({ phase: 'running', nth: 0 });
    try {
      for await (const event of make(what, body, controller.signal)) {
        if (event.type === 'partial') {
          setState({ phase: 'running', partial: event.url, nth: event.index + 1 });
        } else if (event.type === 'done') {
          setState({ phase: 'done', answer: event.answer });
          await client.invalidateQueries({ queryKey: ['image-files'] });
        } else {
          setState({ phase: 'failed', error: event.error });
        }
      }
    } catch {
      // Stopped, or another run took over.
      if (under.current === controller) setState({ phase: 'stopped' });
    }
  }
  return { state, run, stop: () => under.current?.abort() };
}
