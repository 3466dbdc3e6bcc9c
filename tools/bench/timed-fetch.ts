import type { Timing } from './drive.ts';

/** One request, and how to tell that its answer is what it should be. */
export interface TimedRequest {
  url: string;
  headers: Record<string, string>;
  body: object;
  /** In a streamed answer: what stands right before the first text, and what a complete one ends with. */
  stream?: { firstText: string; last: string };
}

/** Sends a request with Node's own fetch, which keeps connections alive. @throws unless the answer is a whole 200. */
export async function timedFetch({ url, headers, body, stream }: TimedRequest): Promise<Timing> {
  const start = performance.now();
  const init = {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
  };
  // A server may close an idle connection just as it is used again: RFC 9112, section 9.5, has the client try once more.
  const response = await fetch(url, init).catch(() => fetch(url, init));
  if (!response.ok || !response.body)
    throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  if (stream === undefined) {
    const text = await response.text();
    if (!text.endsWith('}')) throw new Error(`${url} answered half of a body: ${text.slice(-80)}`);
    const totalMs = performance.now() - start;
    return { firstMs: totalMs, totalMs };
  }
  let firstMs: number | undefined;
  let text = '';
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (firstMs === undefined && text.includes(stream.firstText)) firstMs = performance.now() - start;
  }
  if (firstMs === undefined || !text.includes(stream.last))
    throw new Error(`${url} broke off its stream: ${text.slice(-200)}`);
  return { firstMs, totalMs: performance.now() - start };
}
