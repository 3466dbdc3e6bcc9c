import { GatewayError, toGatewayError } from '../../domain/errors.ts';
import type { StoredAnswer } from '../../domain/idempotency.ts';
import { usdFromNano } from '../../domain/money.ts';
import type { TokenUsage, UsageFacts } from '../../domain/usage.ts';
import { UpstreamError } from '../../providers/contract.ts';
import type { ImageEvent } from '../../providers/images.ts';
import type { FileRecord } from '../files/contract.ts';
import { fillFile, releaseFile } from '../files/fill-file.ts';
import { reserveFile } from '../files/reserve-file.ts';
import { Journey, upstreamErrorOf } from '../generate/journey.ts';
import type { Outcome } from '../generate/outcome.ts';
import { publicError } from '../generate/public-error.ts';
import type { ImageCall, ImageDeps, ImagesAnswer, ImageTarget, MadeImage } from './contract.ts';
import { mostBytes } from './most-bytes.ts';
import { toFormat } from './to-format.ts';

/** Where unfinished pictures go, each as soon as it is there. One that fails is a client that has left. */
export interface PartialSink {
  partial(picture: { index: number; data: string }): Promise<unknown>;
}

/**
 * Makes pictures and keeps them as files. Room is made before the provider is called, so that nothing paid for is lost
 * for want of it; the files are there and the call is accounted for before this returns.
 *
 * @param gone aborts when the client has left; the call then goes on for a bounded time, for its usage
 * @throws GatewayError where there is no room, where the provider fails; accounted for by then
 */
export async function makeImages(
  deps: ImageDeps,
  call: ImageCall,
  gone: AbortSignal,
  sink?: PartialSink,
): Promise<ImagesAnswer> {
  const journey = new Journey<ImageTarget>(deps, call, gone);
  const room = await makeRoom(deps, call).catch(async (error: unknown) => {
    // Nothing was sent, so nothing was taken.
    await conclude(journey, call, unsent(journey), toGatewayError(error));
    throw error;
  });
  const { outcome, pictures } = await attempts(journey, sink);
  if (outcome.finishReason === undefined) {
    await Promise.all(room.map((file) => releaseFile(deps, file)));
    const error = publicError(journey.target.provider.name, outcome);
    await conclude(journey, call, outcome, error);
    throw error;
  }
  const kept = await keep(deps, journey.target, call, room, pictures).catch((error: unknown) =>
    toGatewayError(error),
  );
  return conclude(journey, call, outcome, kept);
}

/** A place for each picture. */
async function makeRoom(deps: ImageDeps, call: ImageCall): Promise<FileRecord[]> {
  const { request } = call.target;
  const rooms: FileRecord[] = [];
  try {
    for (let nth = 1; nth <= request.n; nth += 1) {
      rooms.push(
        await reserveFile(deps, call.userId, {
          name: fileName(call, nth),
          source: 'generated',
          maxBytes: mostBytes(request.size),
          mediaType: `image/${request.format}`,
          expiresAt: call.expiresAt,
        }),
      );
    }
    return rooms;
  } catch (error) {
    await Promise.all(rooms.map((file) => releaseFile(deps, file)));
    throw error;
  }
}

function fileName({ name, target }: ImageCall, nth: number): string {
  const { format, n } = target.request;
  const ending = format === 'jpeg' ? 'jpg' : format;
  const stem = name.endsWith(`.${ending}`) ? name.slice(0, -ending.length - 1) : name;
  return `${stem}${n > 1 ? `-${nth}` : ''}.${ending}`;
}

/** Calls the provider until it answers, or there is no point in it any more. */
async function attempts(
  journey: Journey<ImageTarget>,
  sink: PartialSink | undefined,
): Promise<{ outcome: Outcome; pictures: string[] }> {
  for (;;) {
    const seen = await attempt(journey, sink);
    const outcome = journey.outcome(seen.reading);
    // An unfinished picture that was shown can't be taken back.
    const isOver = outcome.finishReason !== undefined || seen.shown;
    if (isOver || !(await journey.again(outcome))) return { outcome, pictures: seen.pictures };
  }
}

async function attempt(journey: Journey<ImageTarget>, sink: PartialSink | undefined) {
  const context = journey.begin();
  const { maker, request } = journey.target;
  const pictures: string[] = [];
  let started = false;
  let shown = false;
  let upstreamRequestId: string | undefined;
  let usage: TokenUsage | undefined;
  let isWhole = false;
  let error: UpstreamError | undefined;
  const take = async (event: ImageEvent) => {
    started = true;
    switch (event.type) {
      case 'start':
        upstreamRequestId = event.upstreamRequestId;
        break;
      case 'partial':
        journey.sawContent();
        if (!sink || journey.clientHasLeft) break;
        shown = true;
        await sink.partial({ index: event.index, data: event.data }).catch(() => journey.clientLeaves());
        break;
      case 'image':
        journey.sawContent();
        pictures.push(event.data);
        break;
      case 'finish':
        usage = event.usage;
        isWhole = true;
    }
  };
  try {
    for await (const event of maker.create(request, context)) await take(event);
    if (!isWhole) throw new UpstreamError('connection', 'the pictures ended before their end');
  } catch (thrown) {
    error = upstreamErrorOf(thrown, journey.deps.log, context.requestId);
    isWhole = false;
  }
  return {
    pictures,
    shown,
    reading: {
      // How far a picture has come says nothing of what it costs: what is lost is settled at its bound.
      seenBytes: 0,
      finishReason: isWhole ? ('stop' as const) : undefined,
      usage: isWhole ? usage : undefined,
      usageComplete: isWhole && usage !== undefined,
      started,
      error,
      upstreamRequestId,
      units: isWhole ? { images: pictures.length } : undefined,
    },
  };
}

/** What a call comes to that was never made. */
function unsent(journey: Journey<ImageTarget>): Outcome {
  journey.begin();
  return journey.outcome({
    seenBytes: 0,
    finishReason: undefined,
    usage: undefined,
    usageComplete: false,
    started: false,
    error: new UpstreamError('aborted', 'there was no room for the pictures', { sent: false }),
  });
}

/** @param target that made them */
async function keep(
  deps: ImageDeps,
  target: ImageTarget,
  { includeData }: ImageCall,
  room: readonly FileRecord[],
  pictures: readonly string[],
): Promise<MadeImage[]> {
  if (pictures.length === 0) {
    await Promise.all(room.map((file) => releaseFile(deps, file)));
    throw new GatewayError(
      'unprocessable',
      `${target.provider.name} made no picture of this: its rules forbid it, or it took the prompt for no such request.`,
    );
  }
  const kept: MadeImage[] = [];
  const empty = new Set(room);
  try {
    for (const [at, file] of room.entries()) {
      const data = pictures[at];
      // Fewer than asked for.
      if (data === undefined) break;
      const { bytes, ...made } = await keepOne(deps, target, file, data);
      empty.delete(file);
      kept.push({ ...made, ...(includeData && { data: bytes.toString('base64') }) });
    }
  } finally {
    await Promise.all([...empty].map((file) => releaseFile(deps, file)));
  }
  return kept;
}

/** What the provider delivers is held against what it is said to be, as any upload is. */
async function keepOne(
  deps: ImageDeps,
  { provider, request }: ImageTarget,
  room: FileRecord,
  data: string,
): Promise<{ file: FileRecord; bytes: Buffer }> {
  try {
    const { bytes, width, height } = await toFormat(Buffer.from(data, 'base64'), request.format);
    return { file: await fillFile(deps, room, bytes, { width, height }), bytes };
  } catch (cause) {
    await releaseFile(deps, room);
    if (!(cause instanceof GatewayError) || cause.code === 'unavailable') throw cause;
    throw new GatewayError('upstream_error', `${provider.name} delivered something that is no picture.`, {
      cause,
    });
  }
}

/** Accounts for the call, then gives its answer. In this order: once the answer is out the process may be frozen. */
async function conclude(
  journey: Journey<ImageTarget>,
  call: ImageCall,
  outcome: Outcome,
  result: MadeImage[] | GatewayError,
): Promise<ImagesAnswer> {
  const answerTo = (facts: UsageFacts): ImagesAnswer | GatewayError =>
    result instanceof GatewayError ? result : answerOf(journey, call, result, facts);
  const facts = await journey.conclude(outcome, (of) => stored(answerTo(of), call.requestId));
  const answer = answerTo(facts);
  if (answer instanceof GatewayError) throw answer;
  return answer;
}

function answerOf(
  { warnings }: Journey<ImageTarget>,
  { requestId }: ImageCall,
  images: MadeImage[],
  { provider, model, usage, costNanoUsd, latencyMs }: UsageFacts,
): ImagesAnswer {
  const { inputTokens, imageInputTokens = 0, outputTokens } = usage;
  return {
    id: requestId,
    provider,
    model,
    images,
    usage: { inputTokens, imageInputTokens, outputTokens },
    cost: { usd: usdFromNano(costNanoUsd) },
    latencyMs,
    ...(warnings.length > 0 && { warnings }),
  };
}

/** What a retry under the same Idempotency-Key gets: the same answer, or the same error. */
function stored(result: ImagesAnswer | GatewayError, requestId: string): StoredAnswer {
  return result instanceof GatewayError
    ? { status: result.status, headers: {}, body: JSON.stringify(result.toBody(requestId)) }
    : { status: 200, headers: {}, body: JSON.stringify(result) };
}
