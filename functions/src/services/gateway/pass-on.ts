import { GatewayError } from '../../domain/errors.ts';
import type { StoredAnswer } from '../../domain/idempotency.ts';
import { UpstreamError } from '../../providers/contract.ts';
import type { AnswerDeps } from '../generate/finish.ts';
import { publicError } from '../generate/public-error.ts';
import { Course } from './course.ts';
import type { Passage } from './prepare-passage.ts';
import { type ByteSink, pump } from './pump.ts';
import type { Rendition } from './rendition.ts';

/** An answer that is complete and accounted for. */
export interface WholeAnswer {
  status: number;
  headers: Headers;
  body: Uint8Array;
}

/** A stream that the provider has accepted. */
export interface OpenPassage {
  headers: Headers;
  /** Passes it on to its end; accounted for when this resolves, and before the last event is written. */
  pump(sink: ByteSink): Promise<void>;
}

/**
 * Sends a request to the provider in the provider's own format and passes the answer on.
 *
 * @param gone aborts when the client has left; the call then goes on for a bounded time, for its usage.
 * @throws GatewayError where there is no answer to pass on, or the provider refuses the gateway itself;
 *   accounted for by then.
 */
export async function passOn(
  deps: AnswerDeps,
  call: Passage,
  gone: AbortSignal,
): Promise<WholeAnswer | OpenPassage> {
  const rendition = call.target.rendition();
  const course = new Course(deps, call, gone);
  try {
    const { requestId, target } = call;
    const response = await target.endpoint.send(target.request, { requestId, signal: course.signal });
    const { headers, body } = response;
    course.upstreamRequestId = headers.get('request-id') ?? headers.get('x-request-id') ?? undefined;
    if (!response.ok) return await refuse(course, response, rendition);
    if (headers.get('content-type')?.startsWith('text/event-stream') && body) {
      return { headers, pump: (sink) => pump(course, body, rendition, sink) };
    }
    return await readWhole(course, response, rendition);
  } catch (thrown) {
    // Accounted for already: the provider's refusal of the gateway itself.
    if (thrown instanceof GatewayError) throw thrown;
    const { outcome, error } = course.failure(thrown);
    await course.settle(outcome, () => problemOf(error, rendition));
    throw error;
  }
}

async function refuse(course: Course, response: Response, rendition: Rendition): Promise<WholeAnswer> {
  const { endpoint, provider } = course.call.target;
  // A refusal whose body is lost is a refusal still.
  const bytes = await bytesOf(response).catch(() => new Uint8Array());
  const refusal = endpoint.refusal(response, bytes);
  const outcome = course.outcome(refusal);
  // It would tell the caller that the caller's own key is wrong, and may quote ours.
  if (refusal.kind === 'unauthenticated') {
    const error = publicError(provider.name, outcome);
    await course.settle(outcome, () => problemOf(error, rendition));
    throw error;
  }
  const body = rendition.refusal(bytes, refusal);
  await course.settle(outcome, () => stored(response.status, 'application/json', body));
  return { status: response.status, headers: response.headers, body };
}

async function readWhole(course: Course, response: Response, rendition: Rendition): Promise<WholeAnswer> {
  const bytes = await bytesOf(response);
  const json = parse(bytes, course.call.target.provider.id);
  // Of a part of it nothing was seen.
  course.started = true;
  course.meter.answer(json, bytes.length);
  const body = rendition.whole(bytes, json);
  await course.settle(course.outcome(), () => stored(response.status, 'application/json', body));
  return { status: response.status, headers: response.headers, body };
}

async function bytesOf(response: Response): Promise<Uint8Array> {
  return new Uint8Array(await response.arrayBuffer());
}

function parse(bytes: Uint8Array, provider: string): unknown {
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8'));
  } catch {
    throw new UpstreamError('malformed', `${provider} sent something that is not JSON`);
  }
}

function problemOf(error: GatewayError, rendition: Rendition): StoredAnswer {
  return stored(error.status, 'application/json', Buffer.from(JSON.stringify(rendition.problem(error))));
}

function stored(status: number, contentType: string, body: Uint8Array): StoredAnswer {
  return { status, headers: { 'content-type': contentType }, body: Buffer.from(body).toString('utf8') };
}
