import { ApiError, toApiError } from '#lib/api/errors.ts';
import type { GenerateBody } from '#lib/api/types.ts';
import { fetchWithClientToken } from '#lib/auth/client-token.ts';
import { loadConfig } from '#lib/config.ts';
import { readEvents, type StreamEvent } from './read-events.ts';

export interface GenerateRequest {
  providerId: string;
  body: GenerateBody;
}

export type GenerateEvent = { type: 'open'; requestId: string | undefined } | StreamEvent;

/** Where a provider's function answers: never through Hosting, which holds a stream back. */
export function generateUrl(functionsBaseUrl: string, providerId: string): string {
  return `${functionsBaseUrl}/${providerId}Generate`;
}

/**
 * One streamed answer: `open`, deltas, then one terminal event. Failures are events, not exceptions; only an
 * abort is thrown, as the signal's reason.
 */
export async function* generate(
  request: GenerateRequest,
  signal: AbortSignal,
): AsyncGenerator<GenerateEvent> {
  let opened = false;
  try {
    const { functionsBaseUrl } = await loadConfig();
    const response = await fetchWithClientToken(generateUrl(functionsBaseUrl, request.providerId), {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify(request.body),
      signal,
    });
    opened = true;
    yield { type: 'open', requestId: response.headers.get('x-request-id') ?? undefined };
    if (response.body !== null) yield* readEvents(response.body);
  } catch (thrown) {
    signal.throwIfAborted();
    const error = toApiError(thrown);
    yield { type: 'error', error: opened && error.code === 'unreachable' ? cut() : error };
  }
}

function cut(): ApiError {
  return new ApiError('stream_cut', 'The connection broke off before the end of the answer.');
}
