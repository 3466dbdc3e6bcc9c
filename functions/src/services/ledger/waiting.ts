import { GatewayError } from '../../domain/errors.ts';
import type { Operation, Outcome } from './operations.ts';

/** An operation in a queue, and who waits for its outcome. */
export interface Waiting {
  operation: Operation;
  submittedAt: number;
  /** Part of a commit that was sent: it may have been applied, whatever was answered. */
  isSent: boolean;
  /** The caller has its answer. */
  isAnswered: boolean;
  answer(outcome: Outcome): void;
  fail(error: unknown): void;
}

/** Answers once, and after `waitMs` at the latest: with 503. */
export function waitFor(
  operation: Operation,
  submittedAt: number,
  waitMs: number,
): { waiting: Waiting; outcome: Promise<Outcome> } {
  const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
  const finish = (reply: () => void): void => {
    if (waiting.isAnswered) return;
    waiting.isAnswered = true;
    clearTimeout(timer);
    reply();
  };
  const waiting: Waiting = {
    operation,
    submittedAt,
    isSent: false,
    isAnswered: false,
    answer: (outcome) => finish(() => resolve(outcome)),
    fail: (error) => finish(() => reject(error)),
  };
  const timer = setTimeout(
    () => waiting.fail(new GatewayError('unavailable', undefined, { retryAfterSeconds: 1 })),
    waitMs,
  );
  return { waiting, outcome: promise };
}

/** What the answers that an operation is to keep add to its commit. */
export function answerBytes({ operation }: Waiting): number {
  if (operation.kind !== 'settle' || operation.completion?.state !== 'done') return 0;
  return Buffer.byteLength(operation.completion.answer.body ?? '');
}
