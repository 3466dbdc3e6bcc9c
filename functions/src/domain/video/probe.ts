import { z } from 'zod';
import { VIDEO_LIMITS } from './limits.ts';

/** What a file holds, as far as anybody needs to know. */
export const mediaFactsSchema = z.object({
  container: z.enum(['mp4', 'webm', 'matroska']),
  durationSeconds: z.number().positive(),
  video: z.object({
    codec: z.string(),
    width: z.int().positive(),
    height: z.int().positive(),
    framesPerSecond: z.number().positive().optional(),
  }),
  audio: z
    .object({
      codec: z.string(),
      channels: z.int().positive().optional(),
      sampleRate: z.int().positive().optional(),
    })
    .optional(),
});
export type MediaFacts = z.infer<typeof mediaFactsSchema>;

/** Why a file can't be worked on; the message is for its owner. */
export class UnusableVideo extends Error {
  override readonly name = 'UnusableVideo';
}

const text = z.string().max(64);
const number = z.string().transform(Number).pipe(z.number());
const streamSchema = z.object({
  codec_type: text.optional(),
  codec_name: text.optional(),
  width: z.int().optional(),
  height: z.int().optional(),
  avg_frame_rate: text.optional(),
  duration: number.optional(),
  channels: z.int().optional(),
  sample_rate: number.optional(),
  disposition: z.object({ attached_pic: z.int().optional() }).optional(),
});
const probeSchema = z.object({
  streams: z.array(streamSchema),
  format: z.object({ format_name: text, duration: number.optional() }),
});

/** Decoders for these are in every build, and are what cameras, browsers and editors write. */
const VIDEO_CODECS = ['h264', 'hevc', 'vp8', 'vp9', 'av1', 'mpeg4'];
const AUDIO_CODECS = ['aac', 'mp3', 'opus', 'vorbis', 'flac', 'alac', 'ac3', 'eac3'];

/**
 * What ffprobe's JSON says of a file.
 *
 * @throws UnusableVideo for what is no video, or one beyond the limits
 */
export function readProbe(json: string): MediaFacts {
  const parsed = probeSchema.safeParse(tryParse(json));
  if (!parsed.success) throw new UnusableVideo('The file is not a video that can be read.');
  const { streams, format } = parsed.data;
  // A cover picture is a video stream too.
  const video = streams.find((stream) => stream.codec_type === 'video' && !stream.disposition?.attached_pic);
  const audio = streams.find((stream) => stream.codec_type === 'audio');
  if (!video) throw new UnusableVideo('The file has no video in it.');
  const { codec_name: codec = 'unknown', width = 0, height = 0 } = video;
  if (!VIDEO_CODECS.includes(codec)) throw new UnusableVideo(`Video of the codec ${codec} is not taken.`);
  if (audio && !isAudioCodec(audio.codec_name)) {
    throw new UnusableVideo(`Audio of the codec ${audio.codec_name ?? 'unknown'} is not taken.`);
  }
  const { side, durationSeconds: longest } = VIDEO_LIMITS;
  if (width < 1 || height < 1) throw new UnusableVideo('The file is not a video that can be read.');
  if (width > side || height > side) {
    throw new UnusableVideo(`The video is ${width} x ${height} pixels; ${side} on a side are taken.`);
  }
  const durationSeconds = format.duration ?? video.duration ?? 0;
  if (!(durationSeconds > 0)) throw new UnusableVideo('The file does not say how long the video is.');
  if (durationSeconds > longest) {
    throw new UnusableVideo(`The video is ${Math.ceil(durationSeconds)} s long; ${longest} s are taken.`);
  }
  const framesPerSecond = readRatio(video.avg_frame_rate);
  return {
    container: containerOf(format.format_name, codec),
    durationSeconds,
    video: { codec, width, height, ...(framesPerSecond !== undefined && { framesPerSecond }) },
    ...(audio?.codec_name !== undefined && {
      audio: {
        codec: audio.codec_name,
        ...(audio.channels !== undefined && { channels: audio.channels }),
        ...(audio.sample_rate !== undefined && { sampleRate: audio.sample_rate }),
      },
    }),
  };
}

const isAudioCodec = (codec = '') => AUDIO_CODECS.includes(codec) || codec.startsWith('pcm_');

/** ffprobe names a demuxer by all that it reads. */
function containerOf(name: string, codec: string): MediaFacts['container'] {
  if (name.split(',').includes('mp4')) return 'mp4';
  if (!name.split(',').includes('matroska')) {
    throw new UnusableVideo('The file is neither MP4 (or MOV) nor WebM (or Matroska).');
  }
  return ['vp8', 'vp9', 'av1'].includes(codec) ? 'webm' : 'matroska';
}

/** `30000/1001` -> 29.97; undefined where it is not known. */
function readRatio(ratio = ''): number | undefined {
  const [, over, under] = /^(\d+)\/(\d+)$/.exec(ratio) ?? [];
  const value = Number(over) / Number(under);
  return Number.isFinite(value) && value > 0 ? Math.round(value * 1000) / 1000 : undefined;
}

function tryParse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
