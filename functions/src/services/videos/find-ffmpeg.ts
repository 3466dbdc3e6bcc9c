import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const TOOLS = ['ffmpeg', 'ffprobe'] as const;

/** What is said where they are missing: in the log of the worker, and to who asks for a job. */
export const FFMPEG_MISSING =
  'Video jobs need ffmpeg and ffprobe on the PATH. Debian, Ubuntu: apt-get install ffmpeg; macOS: brew install ffmpeg.';

/** Whether FFmpeg's programs can be run; Google's image of the nodejs24 runtime has them (ADR 11). */
export const hasFfmpeg = (path = process.env['PATH'] ?? ''): boolean =>
  TOOLS.every((tool) => path.split(delimiter).some((folder) => canRun(join(folder, tool))));

function canRun(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
