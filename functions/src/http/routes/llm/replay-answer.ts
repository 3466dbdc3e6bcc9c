import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { StoredAnswer } from '../../../domain/idempotency.ts';
import type { Answer } from '../../../services/generate/finish.ts';
import type { AppEnv } from '../../env.ts';

/** Answers again what was answered before; a streamed answer comes as a stream of one delta. */
export function replayAnswer<E extends AppEnv>(
  c: Context<E>,
  { status, body }: StoredAnswer,
  stream: boolean,
) {
  c.header('Idempotent-Replayed', 'true');
  if (!stream || status !== 200) {
    return c.body(body, status as ContentfulStatusCode, { 'Content-Type': 'application/json' });
  }
  const { content, ...done } = JSON.parse(body) as Answer;
  return streamSSE(c, async (sse) => {
    if (content) await sse.writeSSE({ event: 'delta', data: JSON.stringify({ text: content }) });
    await sse.writeSSE({ event: 'done', data: JSON.stringify(done) });
  });
}
