import { GatewayError } from '../../domain/errors.ts';
import { MEDIA_TYPES } from '../../domain/files/media-types.ts';
import { MEDIA_PRICES, MONTH_MS, storageNanoUsd } from '../../domain/media-prices.ts';
import { VIDEO_LIMITS } from '../../domain/video/limits.ts';
import { mostBilledSeconds, mostBytes, type VideoOperation } from '../../domain/video/operation.ts';
import type { StoreHandle } from '../../store/handle.ts';
import type { FileRecord } from '../files/contract.ts';
import { findReadyFile } from '../files/record.ts';
import { admitWork, type MeterDeps, type Payer, settleWork } from '../metered.ts';
import type { VideoJob, VideoQueue } from './contract.ts';
import { FFMPEG_MISSING, hasFfmpeg } from './find-ffmpeg.ts';
import { inSlot } from './job-slot.ts';
import { calledBy } from './settle-job.ts';
import { startJob, UnknownJob } from './start-job.ts';

/**
 * Has something done to a stored video. What it can cost at most is held until it is done: the seconds that are asked
 * for, or those of the longest video that is taken, for nobody has looked at the file yet; and a month of keeping it.
 *
 * @throws GatewayError `unavailable` without ffmpeg; `not_found`, `conflict` of the file; `unprocessable` where it is
 *   no video or too large; `rate_limited` where too many jobs are under way; whatever the ledger refuses
 */
export async function createVideoJob(
  deps: MeterDeps & { videoQueue: VideoQueue },
  store: StoreHandle,
  payer: Payer,
  { fileId, operation }: { fileId: string; operation: VideoOperation },
): Promise<VideoJob> {
  if (!hasFfmpeg()) throw new GatewayError('unavailable', FFMPEG_MISSING);
  assertVideo(await findReadyFile(store, payer.userId, fileId));
  const work = { kind: 'operation', operation, inputFileId: fileId } as const;
  const price = MEDIA_PRICES.videoSecond;
  const heldNanoUsd = mostBilledSeconds(operation) * price + storageNanoUsd(mostBytes(operation), MONTH_MS);
  const { provider, model } = calledBy({ work });
  const withinMs = VIDEO_LIMITS.lifetimeMs + VIDEO_LIMITS.attemptMs;
  return inSlot(store, payer.userId, async (id) => {
    const admitted = await admitWork(deps, payer, { provider, model, nanoUsd: heldNanoUsd, withinMs });
    try {
      return await startJob(deps, store, payer, { id, work, price, heldNanoUsd, outputFileId: null });
    } catch (error) {
      // A job that is there after all settles what is held, at its end.
      if (!(error instanceof UnknownJob)) {
        await settleWork(deps, admitted, { costNanoUsd: 0 }, { reason: 'upstream_error' });
      }
      throw error;
    }
  });
}

function assertVideo({ mediaType, bytes }: FileRecord): void {
  if (mediaType === undefined || MEDIA_TYPES[mediaType].kind !== 'video') {
    throw new GatewayError('unprocessable', `fileId: the file is ${mediaType ?? 'unknown'}, not a video.`);
  }
  const { inputBytes } = VIDEO_LIMITS;
  if (bytes > inputBytes) {
    throw new GatewayError('unprocessable', `fileId: the video has ${bytes} bytes; ${inputBytes} are taken.`);
  }
}
