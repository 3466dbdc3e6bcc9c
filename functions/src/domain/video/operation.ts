import { z } from 'zod';
import { VIDEO_LIMITS } from './limits.ts';

const moment = z.number().min(0).max(VIDEO_LIMITS.durationSeconds);
/** Encoders of 4:2:0 video take even sides only. */
const side = z.int().min(16).max(VIDEO_LIMITS.side).multipleOf(2);

/** What can be done to a stored video. */
export const videoOperationSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('probe') }),
  z.strictObject({ type: z.literal('thumbnail'), atSeconds: moment.default(0) }),
  z
    .strictObject({ type: z.literal('trim'), start: moment, end: moment })
    .refine(({ start, end }) => end > start, { path: ['end'], message: 'Must be after start.' }),
  z
    .strictObject({ type: z.literal('scale'), width: side.optional(), height: side.optional() })
    .refine(({ width, height }) => width !== undefined || height !== undefined, {
      message: 'width or height must be given; the other follows from the shape of the video.',
    }),
  z.strictObject({ type: z.literal('convert'), format: z.enum(['mp4', 'webm']) }),
  z.strictObject({ type: z.literal('extractAudio'), format: z.enum(['mp3', 'm4a', 'ogg', 'wav']) }),
]);

export type VideoOperation = z.infer<typeof videoOperationSchema>;

/** The seconds of video that an operation is billed for, once it is done on a video of so many. */
export function billedSeconds(operation: VideoOperation, durationSeconds: number): number {
  switch (operation.type) {
    case 'probe':
    case 'thumbnail':
      return 1;
    case 'trim':
      return wholeSeconds(Math.min(operation.end, durationSeconds) - operation.start);
    default:
      return wholeSeconds(durationSeconds);
  }
}

/** Begun seconds; differences of decimals are off by a hair, which is not another second. */
const wholeSeconds = (seconds: number): number => Math.max(1, Math.ceil(Math.round(seconds * 1e6) / 1e6));

/** The most that it can be billed for, whatever the video is like. */
export const mostBilledSeconds = (operation: VideoOperation): number =>
  billedSeconds(operation, VIDEO_LIMITS.durationSeconds);

/** The largest result that is kept. */
export function mostBytes({ type }: Pick<VideoOperation, 'type'>): number {
  if (type === 'probe') return 0;
  return type === 'thumbnail' ? VIDEO_LIMITS.thumbnailBytes : VIDEO_LIMITS.outputBytes;
}
