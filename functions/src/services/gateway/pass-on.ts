import type { GatewayError } from '../../domain/errors.ts';
import { UpstreamError } from '../../providers/contract.ts';
import { HOLD_BACK_MS } from '../generate/generate-stream.ts';
import type { Journey } from '../generate/journey.ts';
import type { Outcome } from '../generate/outcome.ts';
import { publicError } from '../generate/public-error.ts';
import { settlesWithin } from '../generate/settles-within.ts';
import { Course } from './course.ts';
import type { PassageTarget } from './prepare-passage.ts';
import { type ByteSink, pump } from './pump.ts';
import { StreamReader } from './read-stream.ts';
import { stored } from './stored.ts';

/** An answer that is complete and accounted for. */
export interface WholeAnswer {
  status: number;
  headers: Headers;
  body: Uint8Array;
}

/** A stream whose answer has begun. */
export interface OpenPassage {
  headers: Headers;
  /** Passes it on to its end; accounted for when this resolves, and before the last event is written. */
  pump(sink: ByteSink): Promise<void>;
}

type Answer = WholeAnswer | OpenPassage;

/** What came of an attempt. */
interface Tried {
  /** Where it failed, and nothing of it has to be passed on: another one may follow. */
  failed?: Outcome;
  /** What is answered where none follows; accounted for then, or once it is pumped. @throws GatewayError */
  answer(): Promise<Answer>;
  /** Where another one follows. */
  drop?(): void;
}

/**
 * Sends a request to the provider in the provider's own format and passes the answer on.
 *
 * @throws GatewayError where there is no answer to pass on, or the provider refuses the gateway itself;
 *   accounted for by then.
 */
export async function passOn(journey: Journey<PassageTarget>): Promise<Answer> {
  for (;;) {
    const course = new Course(journey);
    const tried = await attempt(course).catch((thrown: unknown) => lost(course, thrown));
    if (!tried.failed || !(await journey.again(tried.failed))) return tried.answer();
    tried.drop?.();
  }
}

async function attempt(course: Course): Promise<Tried> {
  const { journey, target } = course;
  const response = await target.endpoint.send(target.request, journey.begin());
  const { headers, body } = response;
  course.upstreamRequestId = headers.get('request-id') ?? headers.get('x-request-id') ?? undefined;
  if (!response.ok) return refused(course, response);
  if (headers.get('content-type')?.startsWith('text/event-stream') && body) {
    return streamed(course, headers, body);
  }
  return whole(course, response);
}

/** Nothing came that could be passed on. */
function lost(course: Course, thrown: unknown): Tried {
  const { outcome, error } = course.failure(thrown);
  return { failed: outcome, answer: () => problem(course, outcome, error) };
}

async function refused(course: Course, response: Response): Promise<Tried> {
  const { journey, target, rendition } = course;
  const { endpoint, provider } = target;
  // A refusal whose body is lost is a refusal still.
  const bytes = await bytesOf(response).catch(() => new Uint8Array());
  const refusal = endpoint.refusal(response, bytes);
  const outcome = course.outcome(refusal);
  // It would tell the caller that the caller's own key is wrong, and may quote ours.
  if (refusal.kind === 'unauthenticated') {
    const error = publicError(provider.name, outcome);
    return { failed: outcome, answer: () => problem(course, outcome, error) };
  }
  const { status, headers } = response;
  const answer = async () => {
    const body = rendition.refusal(bytes, refusal);
    await journey.conclude(outcome, () => stored(journey, status, 'application/json', body));
    return { status, headers, body };
  };
  return { failed: outcome, answer };
}

async function whole(course: Course, response: Response): Promise<Tried> {
  const { journey, rendition, target, meter } = course;
  const bytes = await bytesOf(response);
  const json = parse(bytes, target.provider.id);
  // Of a part of it nothing was seen.
  course.started = true;
  meter.answer(json, bytes.length);
  const body = await rendition.whole(bytes, json);
  const { status, headers } = response;
  const answer = async () => {
    await journey.conclude(course.outcome(), () => stored(journey, status, 'application/json', body));
    return { status, headers, body };
  };
  return { answer };
}

/** Reads a stream until its answer begins, or has taken long to: what precedes that is held back, for a new attempt. */
async function streamed(course: Course, headers: Headers, body: ReadableStream<Uint8Array>): Promise<Tried> {
  const { now } = course.journey.deps;
  const reader = new StreamReader(course, body);
  const heldBack: Uint8Array[] = [];
  const until = now() + HOLD_BACK_MS;
  course.started = true;
  while (!reader.isOver && !reader.hasContent && !reader.refusal) {
    if (!(await settlesWithin(reader.begin(), until - now()))) break;
    heldBack.push(...(await reader.next()));
  }
  const answer = async () => ({
    headers,
    pump: (sink: ByteSink) => pump(course, reader, heldBack, sink),
  });
  const { refusal, hasContent } = reader;
  if (!refusal || hasContent) return { answer };
  return { failed: course.outcome(refusal), answer, drop: () => reader.close() };
}

/** Accounts for what failed, and tells the caller of it in an error of ours. */
async function problem(course: Course, outcome: Outcome, error: GatewayError): Promise<never> {
  const { journey, rendition } = course;
  const body = () => Buffer.from(JSON.stringify(rendition.problem(error)));
  await journey.conclude(outcome, () => stored(journey, error.status, 'application/json', body()));
  throw error;
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
