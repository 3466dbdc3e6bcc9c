import { ApiError, fromBody, readError, toApiError } from '#lib/api/errors.ts';
import { sseMessages } from '#lib/api/sse.ts';
import { idToken } from '#lib/auth/session.ts';
import { loadConfig } from '#lib/config.ts';
import { announceUsage } from '#lib/usage-news.ts';
import type { MadeImages, MakeBody } from '../state/make.ts';

export type MakeEvent =
  | { type: 'partial'; index: number; url: string }
  | { type: 'done'; answer: MadeImages }
  | { type: 'error'; error: ApiError };

/**
 * Has pictures made: any number of unfinished ones, where one is made, then one terminal event. Failures are events;
 * only an abort is thrown. Asks the function itself: Hosting would hold the stream back, and give up after a minute.
 */
export async function* make(
  what: 'generate' | 'edit' | 'variations',
  body: MakeBody,
  signal: AbortSignal,
): AsyncGenerator<MakeEvent> {
  try {
    const { functionsBaseUrl } = await loadConfig();
    const response = await fetch(`${functionsBaseUrl}/api/v1/images/${what}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await idToken()}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal,
    });
    if (!response.ok) throw await readError(response);
    if (response.headers.get('content-type')?.startsWith('application/json')) {
      yield { type: 'done', answer: (await response.json()) as MadeImages };
      return;
    }
    if (response.body !== null) {
      for await (const { event, data } of sseMessages(response.body)) {
        const parsed: unknown = JSON.parse(data);
        if (event === 'partial') {
          const { index, mediaType, data: content } = parsed as Partial;
          yield { type: 'partial', index, url: `data:${mediaType};base64,${content}` };
        } else if (event === 'done') {
          yield { type: 'done', answer: parsed as MadeImages };
          return;
        } else if (event === 'error') {
          yield { type: 'error', error: fromBody(parsed, {}) };
          return;
        }
      }
    }
    yield { type: 'error', error: new ApiError('stream_cut', 'The answer broke off before its end.') };
  } catch (thrown) {
    signal.throwIfAborted();
    yield { type: 'error', error: toApiError(thrown) };
  } finally {
    announceUsage();
  }
}

interface Partial {
  index: number;
  mediaType: string;
  data: string;
}
