import { spawn } from 'node:child_process';
import { type Recipe, SAFE_INPUT } from '../../domain/video/arguments.ts';
import { VIDEO_LIMITS } from '../../domain/video/limits.ts';
import { type MediaFacts, readProbe, UnusableVideo } from '../../domain/video/probe.ts';
import { progressReader } from '../../domain/video/progress.ts';

/** More than ffprobe says of any file that is taken. */
const MOST_OUTPUT = 1024 * 1024;
const PROBE_MS = 30_000;
/** One picture, one stream, one table: a file that asks for more in one piece is made to harm. */
const MOST_ALLOCATED = String(512 * 1024 ** 2);

const QUIET = ['-hide_banner', '-loglevel', 'error', '-max_alloc', MOST_ALLOCATED];

/** @throws UnusableVideo, also where ffprobe takes too long; the signal's reason */
export async function probe(file: string, signal: AbortSignal): Promise<MediaFacts> {
  const slow = AbortSignal.timeout(PROBE_MS);
  const args = [...QUIET, ...SAFE_INPUT, '-show_format', '-show_streams', '-of', 'json', '-i', file];
  const { code, output } = await run('ffprobe', args, AbortSignal.any([signal, slow]));
  signal.throwIfAborted();
  if (code !== 0) throw new UnusableVideo('The file is not a video that can be read.');
  return readProbe(output);
}

export interface Transcoding {
  input: string;
  output: string;
  recipe: Recipe;
  signal: AbortSignal;
  /** Of the result, that are done. */
  onProgress: (seconds: number) => void;
}

/** @throws UnusableVideo where ffmpeg gives up on the file; the signal's reason */
export async function transcode({ input, output, recipe, signal, onProgress }: Transcoding): Promise<void> {
  const read = progressReader();
  const args = [
    ...QUIET,
    ...['-nostdin', '-y', '-progress', 'pipe:1', '-stats_period', '0.5'],
    // A corrupt file fails, rather than to come out as something else than it was.
    ...['-xerror', '-err_detect', 'explode'],
    // Should this process die, ffmpeg still ends.
    ...['-timelimit', String(Math.ceil((4 * VIDEO_LIMITS.attemptMs) / 1000))],
    ...SAFE_INPUT,
    ...recipe.before,
    ...['-i', input],
    ...recipe.after,
    // One byte more shows that it would have gone on.
    ...['-fs', String(VIDEO_LIMITS.outputBytes + 1)],
    output,
  ];
  const { code } = await run('ffmpeg', args, signal, (piece) => {
    const seconds = read(piece);
    if (seconds !== undefined) onProgress(seconds);
  });
  signal.throwIfAborted();
  if (code !== 0) throw new UnusableVideo('The video is damaged: it could not be read to its end.');
}

/** Runs one of FFmpeg's programs: no shell, no input, no environment but the PATH. Killed when the signal aborts. */
function run(
  tool: 'ffmpeg' | 'ffprobe',
  args: readonly string[],
  signal: AbortSignal,
  onOutput?: (piece: string) => void,
): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(tool, args, {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { PATH: process.env['PATH'] },
    });
    let output = '';
    const kill = () => child.kill('SIGKILL');
    if (signal.aborted) kill();
    signal.addEventListener('abort', kill, { once: true });
    child.stdout.setEncoding('utf8').on('data', (piece: string) => {
      if (onOutput) onOutput(piece);
      else if (output.length <= MOST_OUTPUT) output += piece;
    });
    child.once('error', (error) => {
      signal.removeEventListener('abort', kill);
      reject(error);
    });
    child.once('close', (code) => {
      signal.removeEventListener('abort', kill);
      resolve({ code, output });
    });
  });
}
