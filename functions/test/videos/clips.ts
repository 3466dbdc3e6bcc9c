import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder that is gone with the test. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'firegate-clips-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

export interface ClipOptions {
  seconds?: number;
  size?: string;
  rate?: number;
  sound?: boolean;
  format?: 'mp4' | 'webm';
}

/** Makes a small real video: a test picture that moves, and a tone. */
export function makeClip(options: ClipOptions = {}): Buffer {
  const { seconds = 2, size = '64x48', rate = 10, sound = true, format = 'mp4' } = options;
  const path = mkdtempSync(join(tmpdir(), 'firegate-clip-'));
  const file = join(path, `clip.${format}`);
  const video =
    format === 'mp4' ? ['libx264', '-preset', 'ultrafast'] : ['libvpx-vp9', '-deadline', 'realtime'];
  try {
    ffmpeg([
      ...['-f', 'lavfi', '-i', `testsrc=duration=${seconds}:size=${size}:rate=${rate}`],
      ...(sound ? ['-f', 'lavfi', '-i', `sine=frequency=440:duration=${seconds}`] : []),
      ...['-c:v', ...video, '-pix_fmt', 'yuv420p', '-shortest', file],
    ]);
    return readFileSync(file);
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}

export const ffmpeg = (args: string[]): void => {
  execFileSync('ffmpeg', ['-hide_banner', '-loglevel', 'error', '-y', ...args], { stdio: 'pipe' });
};

export interface Streams {
  format: { format_name: string; duration?: string };
  streams: {
    codec_type: string;
    codec_name: string;
    width?: number;
    height?: number;
    nb_read_frames?: string;
  }[];
}

/** What ffprobe reads in a result, every frame of it decoded. */
export function streamsOf(bytes: Uint8Array): Streams {
  const path = mkdtempSync(join(tmpdir(), 'firegate-probe-'));
  const file = join(path, 'result');
  writeFileSync(file, bytes);
  try {
    const args = ['-v', 'error', '-count_frames', '-show_format', '-show_streams', '-of', 'json', file];
    return JSON.parse(execFileSync('ffprobe', args, { encoding: 'utf8' })) as Streams;
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}

/** A small picture, as a file. */
export function makePng(size = '64x48'): Buffer {
  const path = mkdtempSync(join(tmpdir(), 'firegate-png-'));
  const file = join(path, 'picture.png');
  try {
    ffmpeg(['-f', 'lavfi', '-i', `testsrc=size=${size}:rate=1`, '-frames:v', '1', file]);
    return readFileSync(file);
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}
