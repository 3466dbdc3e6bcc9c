import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { GatewayError } from '../../domain/errors.ts';
import { isMediaType } from '../../domain/files/media-types.ts';
import { recipeOf } from '../../domain/video/arguments.ts';
import { billedSeconds, mostBytes } from '../../domain/video/operation.ts';
import { percentOf } from '../../domain/video/progress.ts';
import { toGatewayError } from '../../store/bucket.ts';
import { openFile } from '../files/open-file.ts';
import type { WorkerDeps } from './contract.ts';
import { probe, transcode } from './ffmpeg.ts';
import { findOutput, keepOutput, outputOf } from './job-output.ts';
import { withWorkFolder } from './work-folder.ts';
import type { Worker } from './work-on-job.ts';

/** Does with ffmpeg what a job asks of a stored video. */
export const operationWorker =
  (deps: WorkerDeps): Worker<'operation'> =>
  async (lease, { operation, inputFileId }, attempt) => {
    const { signal } = attempt;
    const kept = await findOutput(deps, lease.job);
    if (kept?.status === 'ready') return { state: 'succeeded', outputs: [outputOf(kept)] };

    const file = await openFile(deps, lease.job.userId, inputFileId);
    return withWorkFolder(async (folder) => {
      const input = join(folder, 'input');
      await pipeline(file.stream(), createWriteStream(input), { signal }).catch((error: unknown) => {
        throw signal.aborted ? error : toGatewayError(error);
      });
      const media = await probe(input, signal);
      const seconds = billedSeconds(operation, media.durationSeconds);
      await lease.write({ media });
      if (operation.type === 'probe') return { state: 'succeeded', seconds };

      const recipe = recipeOf(operation, media);
      const output = join(folder, `output.${recipe.extension}`);
      await transcode({
        input,
        output,
        recipe,
        signal,
        onProgress: (done) => {
          attempt.seconds = Math.min(seconds, Math.ceil(done));
          lease.progress = percentOf(done, recipe.seconds);
        },
      });
      attempt.seconds = seconds;
      const { size } = await stat(output);
      if (size === 0) throw new GatewayError('unprocessable', 'There is nothing in the result.');
      if (size > mostBytes(operation)) {
        throw new GatewayError('payload_too_large', `The result is over ${mostBytes(operation)} bytes.`);
      }
      const { contentType } = recipe;
      if (!isMediaType(contentType)) throw new Error(`Files of ${contentType} are not kept`);
      const made = await keepOutput(deps, lease, {
        name: resultName(file.record.name, operation.type, recipe.extension),
        mediaType: contentType,
        source: 'derived',
        bytes: size,
        content: createReadStream(output),
        metadata: await metadataOf(output, contentType, signal),
        seconds,
      });
      return { state: 'succeeded', outputs: [outputOf(made)], seconds };
    });
  };

/** Of a video, what the store can say of it without looking; of anything else it needs none. */
async function metadataOf(file: string, contentType: string, signal: AbortSignal) {
  if (!contentType.startsWith('video/')) return {};
  const { durationSeconds, video } = await probe(file, signal);
  return { durationSeconds, width: video.width, height: video.height };
}

/** `holiday.mov` -> `holiday-trim.mp4`, within what a name may be long. */
function resultName(name: string, operation: string, extension: string): string {
  const base = name.replace(/\.[^.]{1,5}$/, '').slice(0, 60) || 'video';
  return `${base.isWellFormed() ? base : 'video'}-${operation}.${extension}`;
}
