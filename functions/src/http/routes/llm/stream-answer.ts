import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import { toGatewayError } from '../../../domain/errors.ts';
import type { OpenStream } from '../../../services/generate/generate-stream.ts';
import type { AppEnv } from '../../env.ts';

/** Writes an open stream as server-sent events; it always ends with one `done` or one `error`. */
export function streamAnswer<E extends AppEnv>(c: Context<E>, open: OpenStream) {
  const { requestId } = c.var;
  // Proxies on the way must neither wait for more nor compress.
  c.header('X-Accel-Buffering', 'no');
  return streamSSE(c, async (sse) => {
    const write = (event: string, data: object) => sse.writeSSE({ event, data: JSON.stringify(data) });
    try {
      const { content: _, ...done } = await open.pump({ delta: (text) => write('delta', { text }) });
      await write('done', done);
    } catch (error) {
      await write('error', toGatewayError(error).toBody(requestId));
    }
  });
}
