import { bodyFor, type Shape } from './plan.ts';

/** How one request ended, as its client saw it. */
export interface Ending {
  /** Such as `200 whole`, `429 concurrency`, `502 upstream_error`. */
  kind: string;
  status: number;
  requestId: string | undefined;
  /** Milliseconds to the first byte of the body's text, and to the end. */
  firstMs: number;
  totalMs: number;
}

interface ErrorBody {
  error?: { code?: string; details?: { limit?: string } };
}

/** Sends one request as a user and reads its answer as far as the shape says. Never rejects. */
export async function send(url: string, clientToken: string, shape: Shape): Promise<Ending> {
  const start = performance.now();
  const elapsed = () => performance.now() - start;
  let requestId: string | undefined;
  try {
    const leaving = new AbortController();
    const response = await fetch(`${url}/openaiGenerate`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${clientToken}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(bodyFor(shape)),
      signal: leaving.signal,
    });
    const { status } = response;
    requestId = response.headers.get('x-request-id') ?? undefined;
    const end = (kind: string, firstMs = elapsed()): Ending => ({
      kind: `${status} ${kind}`,
      status,
      requestId,
      firstMs,
      totalMs: elapsed(),
    });
    if (status !== 200) return end(nameOf((await response.json()) as ErrorBody));
    if (shape === 'whole' || shape === 'failing') {
      await response.json();
      return end(shape);
    }
    const { firstMs, text } = await readStream(
      response,
      shape === 'abandoned' ? leaving : undefined,
      elapsed,
    );
    if (shape === 'abandoned') return end('abandoned', firstMs);
    const failed = /event: error\ndata: (.*)/.exec(text)?.[1];
    if (failed) return end(`stream ended with ${nameOf(JSON.parse(failed) as ErrorBody)}`, firstMs);
    return end(text.includes('event: done') ? 'streamed' : 'stream without an end', firstMs);
  } catch (error) {
    const { message, cause } = error as Error;
    const kind = `no answer: ${cause instanceof Error ? cause.message : message}`;
    return { kind, status: 0, requestId, firstMs: elapsed(), totalMs: elapsed() };
  }
}

/** @param leaving aborted after the first chunk: the client that leaves. */
async function readStream(
  response: Response,
  leaving: AbortController | undefined,
  elapsed: () => number,
): Promise<{ firstMs: number; text: string }> {
  let text = '';
  let firstMs: number | undefined;
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    firstMs ??= elapsed();
    if (leaving) break;
  }
  leaving?.abort();
  return { firstMs: firstMs ?? elapsed(), text };
}

/** The limit that refused where there is one, else the code. */
function nameOf({ error }: ErrorBody): string {
  return error?.details?.limit ?? error?.code ?? 'unknown';
}
