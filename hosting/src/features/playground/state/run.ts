import type { ApiError } from '#lib/api/errors.ts';
import type { GenerateDone } from '#lib/api/types.ts';
import type { GenerateEvent, GenerateRequest } from '../api/generate.ts';

export type RunState = 'waiting' | 'streaming' | 'done' | 'failed' | 'stopped';

/** One prompt to one model, from the press of Run to its end. Immutable; times in milliseconds. */
export interface Run {
  readonly request: GenerateRequest;
  readonly state: RunState;
  readonly text: string;
  readonly startedAt: number;
  readonly firstTokenMs?: number;
  readonly totalMs?: number;
  readonly requestId?: string;
  readonly answer?: GenerateDone;
  readonly error?: ApiError;
  /** From when a retry can succeed, where the server said so. */
  readonly retryAt?: number;
}

export function startRun(request: GenerateRequest, now: number): Run {
  return { request, state: 'waiting', text: '', startedAt: now };
}

export function isLive(run: Run | undefined): boolean {
  return run?.state === 'waiting' || run?.state === 'streaming';
}

/** The run after `event`, which arrived at `now`. A run that has ended stays as it is. */
export function foldEvent(run: Run, event: GenerateEvent, now: number): Run {
  if (!isLive(run)) return run;
  const elapsed = now - run.startedAt;
  switch (event.type) {
    case 'open':
      return event.requestId === undefined ? run : { ...run, requestId: event.requestId };
    case 'delta':
      return {
        ...run,
        state: 'streaming',
        text: run.text + event.text,
        firstTokenMs: run.firstTokenMs ?? elapsed,
      };
    case 'done':
      return { ...run, state: 'done', totalMs: elapsed, answer: event.answer, requestId: event.answer.id };
    case 'error': {
      const { error } = event;
      const requestId = error.requestId ?? run.requestId;
      return {
        ...run,
        state: 'failed',
        totalMs: elapsed,
        error,
        ...(requestId === undefined ? {} : { requestId }),
        ...(error.retryAfterSeconds === undefined ? {} : { retryAt: now + error.retryAfterSeconds * 1000 }),
      };
    }
  }
}

/** The person stopped it; what arrived stays. */
export function stopRun(run: Run, now: number): Run {
  return isLive(run) ? { ...run, state: 'stopped', totalMs: now - run.startedAt } : run;
}
