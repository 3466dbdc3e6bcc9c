import { FFMPEG_MISSING, hasFfmpeg } from '../../functions/src/services/videos/find-ffmpeg.ts';
import { UserError } from '../lib/say.ts';
import { installDebianPackage } from './debian-package.ts';

/**
 * FFmpeg on the PATH for the tests of videos: found, else Debian's package, installed here where that is allowed.
 *
 * @throws UserError saying what to install
 */
export function provideFfmpeg(): void {
  if (hasFfmpeg()) return;
  installDebianPackage('ffmpeg');
  if (!hasFfmpeg()) throw new UserError(FFMPEG_MISSING);
}
