import type { IncomingMessage, ServerResponse } from 'node:http';

/** Larger than any body that Firegate takes. */
export const MAX_BODY_BYTES = 64 * 1024 * 1024;

/** The body and its size; undefined where it is larger than the sandbox takes (it is read and dropped). */
export async function readBody(
  request: IncomingMessage,
): Promise<{ bytes: number; content: Buffer | undefined }> {
  let chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
    else chunks = [];
  }
  return { bytes, content: bytes <= MAX_BODY_BYTES ? Buffer.concat(chunks, bytes) : undefined };
}

export type Parsed = { ok: true; value: unknown } | { ok: false; text: string };

/** An empty body is undefined. */
export function parseJson(body: Buffer): Parsed {
  const text = body.toString('utf8');
  if (text === '') return { ok: true, value: undefined };
  try {
    return { ok: true, value: JSON.parse(text) as unknown };
  } catch {
    return { ok: false, text };
  }
}

export function respondJson(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(text);
}
