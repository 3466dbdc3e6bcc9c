import { VIDEO_LIMITS } from './limits.ts';
import type { VideoOperation } from './operation.ts';
import { type MediaFacts, UnusableVideo } from './probe.ts';

/** How ffmpeg is asked for the result of an operation, and what comes of it. */
export interface Recipe {
  /** Before the input: where to begin. */
  before: string[];
  /** After it, without the output's name. */
  after: string[];
  extension: string;
  contentType: string;
  /** Seconds of the result, by which its progress is measured. */
  seconds: number;
}

/**
 * What may be opened as the input: a file, and nothing that it names; of the formats that are taken, and no playlist.
 * `-format_whitelist` holds for ffprobe too.
 */
export const SAFE_INPUT: readonly string[] = [
  '-protocol_whitelist',
  'file',
  '-format_whitelist',
  'mov,mp4,matroska,webm',
];

const H264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '23', '-pix_fmt', 'yuv420p'];
const AAC = ['-c:a', 'aac', '-b:a', '128k'];
const MP4 = [...H264, ...AAC, '-movflags', '+faststart', '-f', 'mp4'];
const VP9 = ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '6', '-row-mt', '1'];
const WEBM = [...VP9, '-crf', '33', '-b:v', '0', '-pix_fmt', 'yuv420p', '-c:a', 'libopus', '-f', 'webm'];

const VIDEOS = {
  mp4: { after: MP4, extension: 'mp4', contentType: 'video/mp4' },
  webm: { after: WEBM, extension: 'webm', contentType: 'video/webm' },
} as const;

const AUDIO = {
  mp3: { codec: ['-c:a', 'libmp3lame', '-b:a', '192k', '-f', 'mp3'], contentType: 'audio/mpeg' },
  m4a: { codec: [...AAC, '-movflags', '+faststart', '-f', 'ipod'], contentType: 'audio/mp4' },
  ogg: { codec: ['-c:a', 'libopus', '-b:a', '96k', '-f', 'ogg'], contentType: 'audio/ogg' },
  wav: { codec: ['-c:a', 'pcm_s16le', '-f', 'wav'], contentType: 'audio/wav' },
} as const;

/** The first video, the first audio if there is one, and nothing else: no data, no subtitles, no attachments. */
const STREAMS = ['-map', '0:V:0', '-map', '0:a:0?', '-dn', '-sn', '-map_metadata', '-1'];
/** 4:2:0 needs even sides; a video of an odd one loses a row or a column of pixels. */
const EVEN = 'scale=trunc(iw/2)*2:trunc(ih/2)*2';

/** @throws UnusableVideo where this video has nothing that was asked for */
export function recipeOf(operation: Exclude<VideoOperation, { type: 'probe' }>, media: MediaFacts): Recipe {
  const { durationSeconds } = media;
  const like = VIDEOS[media.container === 'webm' ? 'webm' : 'mp4'];
  switch (operation.type) {
    case 'thumbnail':
      within(operation.atSeconds, durationSeconds);
      return {
        before: ['-ss', String(operation.atSeconds)],
        after: [
          ...['-map', '0:V:0', '-frames:v', '1', '-map_metadata', '-1'],
          ...['-vf', 'scale=min(640\\,iw):-2', '-c:v', 'mjpeg', '-q:v', '3', '-f', 'image2', '-update', '1'],
        ],
        extension: 'jpg',
        contentType: 'image/jpeg',
        seconds: 0,
      };
    case 'trim': {
      within(operation.start, durationSeconds);
      const seconds = Math.min(operation.end, durationSeconds) - operation.start;
      return {
        ...like,
        before: ['-ss', String(operation.start)],
        after: ['-t', String(seconds), ...STREAMS, '-vf', EVEN, ...like.after],
        seconds,
      };
    }
    case 'scale': {
      const { width = -2, height = -2 } = operation;
      fits(operation, media);
      const after = [...STREAMS, '-vf', `scale=${width}:${height}`, ...like.after];
      return { ...like, before: [], after, seconds: durationSeconds };
    }
    case 'convert': {
      const into = VIDEOS[operation.format];
      return {
        ...into,
        before: [],
        after: [...STREAMS, '-vf', EVEN, ...into.after],
        seconds: durationSeconds,
      };
    }
    case 'extractAudio': {
      if (!media.audio) throw new UnusableVideo('The video has no sound.');
      const { codec, contentType } = AUDIO[operation.format];
      const after = ['-map', '0:a:0', '-vn', '-map_metadata', '-1', ...codec];
      return { before: [], after, extension: operation.format, contentType, seconds: durationSeconds };
    }
  }
}

function within(atSeconds: number, durationSeconds: number): void {
  if (atSeconds < durationSeconds) return;
  throw new UnusableVideo(`The video is ${durationSeconds} s long: there is nothing at ${atSeconds} s.`);
}

/** The side that was not named follows from the other, and may come out too long. */
function fits(
  { width, height }: Extract<VideoOperation, { type: 'scale' }>,
  { video }: Pick<MediaFacts, 'video'>,
): void {
  const wide = width ?? ((height ?? 0) * video.width) / video.height;
  const high = height ?? ((width ?? 0) * video.height) / video.width;
  if (wide <= VIDEO_LIMITS.side && high <= VIDEO_LIMITS.side) return;
  throw new UnusableVideo(
    `That would be ${Math.round(wide)} x ${Math.round(high)} pixels; ${VIDEO_LIMITS.side} on a side are made.`,
  );
}
