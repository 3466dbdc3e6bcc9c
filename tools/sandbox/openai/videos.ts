import { readFileSync } from 'node:fs';
import type { Video } from 'openai/resources/videos';
import { parseDirectives, withoutDirectives } from '../directives.ts';
import { isRecord } from '../json.ts';
import { FormFile } from '../multipart.ts';
import type { Reply } from '../provider.ts';
import { newHexId } from '../random.ts';
import { checkKnown } from './check.ts';
import { errorReply, refuse, unknownModel } from './errors.ts';

const KNOWN = new Set(['model', 'prompt', 'seconds', 'size', 'input_reference']);
const SECONDS = ['4', '8', '12'];
const SIZES = ['720x1280', '1280x720', '1024x1792', '1792x1024'];
/** Milliseconds that a video waits, and then works for each step; a directive's `delay` says it otherwise. */
const STEP_MS = 500;
const STEPS = 5;

interface Made {
  video: Video;
  at: number;
  stepMs: number;
  /** Ends as a video that is not let through. */
  isBlocked: boolean;
  /** The next download breaks off half-way. */
  breaksOff: boolean;
}

/** The videos API: what is asked for is queued, worked on and there after some time. */
export class Videos {
  readonly #made = new Map<string, Made>();

  /** `POST /v1/videos`. @throws {ReplyError} */
  create(given: unknown): Reply {
    if (!isRecord(given)) refuse('We expect a body of parameters.', null, null);
    checkKnown(given, KNOWN);
    const { model = 'sora-2', prompt, seconds = '4', size = '720x1280', input_reference: input } = given;
    if (typeof model !== 'string' || !/^sora-2(-pro)?(-\d{4}-\d\d-\d\d)?$/.test(model)) {
      unknownModel(String(model));
    }
    if (typeof prompt !== 'string' || prompt === '') {
      refuse("Missing required parameter: 'prompt'.", 'prompt', 'missing_required_parameter');
    }
    const length = oneOf('seconds', seconds, SECONDS) as Video['seconds'];
    const shape = oneOf('size', size, SIZES) as Video['size'];
    if (!model.startsWith('sora-2-pro') && /1024/.test(shape)) {
      refuse(`Invalid value: '${shape}'. The model '${model}' makes 720p.`, 'size', 'invalid_value');
    }
    if (input !== undefined && !(input instanceof FormFile && /^image\/(jpeg|png|webp)$/.test(input.type))) {
      refuse('Invalid input_reference: a JPEG, PNG or WebP image is expected.', 'input_reference', null);
    }
    const directives = parseDirectives(prompt);
    const at = Date.now();
    const video: Video = {
      id: newHexId('video_'),
      object: 'video',
      model,
      status: 'queued',
      progress: 0,
      created_at: Math.floor(at / 1000),
      completed_at: null,
      expires_at: null,
      error: null,
      prompt: withoutDirectives(prompt),
      remixed_from_video_id: null,
      seconds: length,
      size: shape,
    };
    const { delay = STEP_MS, fault, stop } = directives;
    this.#made.set(video.id, {
      video,
      at,
      stepMs: delay,
      isBlocked: stop === 'content_filter',
      breaksOff: stop === 'length',
    });
    return { kind: 'json', status: 200, body: video, delivery: { fault } };
  }

  /** `GET /v1/videos/{id}` */
  retrieve(id: string): Reply {
    const made = this.#made.get(id);
    return made ? { kind: 'json', status: 200, body: asOfNow(made) } : unknownVideo(id);
  }

  /** `GET /v1/videos/{id}/content`: the same small video, whatever was asked for. */
  content(id: string): Reply {
    const made = this.#made.get(id);
    if (!made) return unknownVideo(id);
    if (asOfNow(made).status !== 'completed') {
      return errorReply(404, 'Video is not ready yet, use GET /v1/videos/{video_id} to check status.');
    }
    const fault = made.breaksOff ? { kind: 'cut' } : undefined;
    made.breaksOff = false;
    const body = readFileSync(new URL('fixtures/video.mp4', import.meta.url));
    return { kind: 'json', status: 200, body, headers: { 'content-type': 'video/mp4' }, delivery: { fault } };
  }
}

function asOfNow({ video, at, stepMs, isBlocked }: Made): Video {
  const step = Math.floor((Date.now() - at) / stepMs);
  if (step < 1) return video;
  if (step < STEPS) return { ...video, status: 'in_progress', progress: Math.round((100 * step) / STEPS) };
  if (isBlocked) {
    const error = {
      code: 'moderation_blocked',
      message: 'Your request was blocked by our moderation system.',
    };
    return { ...video, status: 'failed', error };
  }
  const done = Math.floor((at + STEPS * stepMs) / 1000);
  return { ...video, status: 'completed', progress: 100, completed_at: done, expires_at: done + 3600 };
}

const unknownVideo = (id: string): Reply => errorReply(404, `Video with id '${id}' not found.`);

function oneOf(param: string, value: unknown, values: readonly string[]): string {
  if (typeof value === 'string' && values.includes(value)) return value;
  const supported = values.map((each) => `'${each}'`).join(', ');
  return refuse(
    `Invalid value: '${String(value)}'. Supported values are: ${supported}.`,
    param,
    'invalid_value',
  );
}
