import type { StoredAnswer } from '../../domain/idempotency.ts';
import { modelName } from '../generate/admit-call.ts';
import type { Journey } from '../generate/journey.ts';
import type { PassageTarget } from './prepare-passage.ts';

/** What the headers of an answer say of how it came about. */
export const attemptHeaders = ({ attempts, target }: Journey<PassageTarget>): Record<string, string> => ({
  'x-firegate-attempts': String(attempts),
  'x-firegate-model': modelName(target),
});

/** An answer as it is kept for a retry under the same Idempotency-Key. */
export function stored(
  journey: Journey<PassageTarget>,
  status: number,
  contentType: string,
  body: Uint8Array,
): StoredAnswer {
  const headers = { 'content-type': contentType, ...attemptHeaders(journey) };
  return { status, headers, body: Buffer.from(body).toString('utf8') };
}
