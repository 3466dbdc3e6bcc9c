import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { OpenPassage, WholeAnswer } from '../../../services/gateway/pass-on.ts';
import type { ByteSink } from '../../../services/gateway/pump.ts';
import type { AppEnv } from '../../env.ts';

/** What a provider says beside its answer that is the client's business; its limits are the gateway's alone. */
const PASSED_HEADERS = [
  'content-type',
  'request-id',
  'retry-after',
  'retry-after-ms',
  'x-should-retry',
  'openai-processing-ms',
  'openai-version',
];
/** How much may wait for a client before the provider has to. */
const BUFFER_BYTES = 256 * 1024;

/** Answers with what came back for a request, whole or as it comes. */
export function answer<E extends AppEnv>(c: Context<E>, passed: WholeAnswer | OpenPassage): Response {
  for (const name of PASSED_HEADERS) {
    const value = passed.headers.get(name);
    if (value !== null) c.header(name, value);
  }
  if (!('pump' in passed))
    return c.body(passed.body as Uint8Array<ArrayBuffer>, passed.status as ContentfulStatusCode);
  // Proxies on the way must neither wait for more nor compress.
  c.header('X-Accel-Buffering', 'no');
  c.header('Cache-Control', 'no-cache, no-transform');
  // Else the server waits for a second chunk, to tell whether the answer is over and how long it is.
  c.header('Transfer-Encoding', 'chunked');
  return c.body(streamOf(passed));
}

function streamOf(passed: OpenPassage): ReadableStream<Uint8Array> {
  let resume: (() => void) | undefined;
  /** The client has gone, which closes the stream from its side; closing it again would throw. */
  let isCancelled = false;
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const sink: ByteSink = {
          write(bytes) {
            controller.enqueue(bytes);
            if ((controller.desiredSize ?? 0) > 0) return undefined;
            return new Promise((resolve) => {
              resume = resolve;
            });
          },
        };
        const close = () => {
          if (!isCancelled) controller.close();
        };
        void passed.pump(sink).then(close, (error: unknown) => controller.error(error));
      },
      pull() {
        resume?.();
        resume = undefined;
      },
      cancel() {
        isCancelled = true;
        resume?.();
        resume = undefined;
      },
    },
    { highWaterMark: BUFFER_BYTES, size: (bytes) => bytes?.length ?? 0 },
  );
}
