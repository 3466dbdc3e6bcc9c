import { IMAGE_LIMITS } from '../../domain/images/limits.ts';
import { type Format, MEDIA_TYPE, type Operation } from '../../domain/images/operations.ts';
import { computeNanoUsd } from '../../domain/media-prices.ts';
import { OWN_WORK } from '../../domain/own-work.ts';
import type { FileDeps, FileRecord } from '../files/contract.ts';
import { storageCost } from '../files/meter-storage.ts';
import { saveFile } from '../files/save-file.ts';
import { type MeterDeps, metered, type Payer, type Taken } from '../metered.ts';
import { applyOperations } from './apply-operations.ts';
import { openPicture } from './read-picture.ts';
import { LONGEST_WAIT_MS, TURNS } from './turns.ts';

export interface Transformation {
  fileId: string;
  operations: readonly Operation[];
  frame?: number | undefined;
  name?: string | undefined;
  /** Milliseconds since the epoch. */
  expiresAt?: number | undefined;
}

/** The most time that one is charged for: decoding, each operation and encoding have a limit of their own. */
const MOST_MS = 4 * IMAGE_LIMITS.seconds * 1000;
/** The most bytes of a result: four a pixel, and what a format adds. */
const MOST_BYTES = 4 * IMAGE_LIMITS.pixels + 1024 * 1024;

/**
 * Changes a stored picture and keeps the result as a new file. Costs the time that it takes, whether it succeeds or not,
 * and the first month of keeping the result; then the files' own sweep asks.
 *
 * @throws GatewayError as openPicture, applyOperations, saveFile and the ledger do; `unavailable` where too many wait
 */
export async function transformImage(
  deps: MeterDeps & FileDeps,
  payer: Payer,
  { fileId, operations, frame, name, expiresAt }: Transformation,
): Promise<FileRecord> {
  const uid = payer.userId;
  const input = await openPicture(deps, uid, fileId);
  const overlayIds = new Set(operations.flatMap((each) => (each.type === 'compose' ? [each.fileId] : [])));
  const overlays = await Promise.all([...overlayIds].map((id) => openPicture(deps, uid, id)));

  let busyMs = 0;
  const keeping = (bytes: number) => storageCost(bytes, expiresAt, deps.now());
  const taken = (file?: FileRecord): Taken => ({
    costNanoUsd: computeNanoUsd(Math.min(busyMs, MOST_MS)) + (file ? keeping(file.bytes) : 0),
    units: { images: file ? 1 : 0, seconds: busyMs / 1000, ...(file && { bytes: file.bytes }) },
  });
  return metered(
    deps,
    payer,
    {
      provider: OWN_WORK,
      model: 'image-transform',
      nanoUsd: computeNanoUsd(MOST_MS) + keeping(MOST_BYTES),
      withinMs: LONGEST_WAIT_MS + MOST_MS,
    },
    async () => {
      const result = await TURNS.take(async () => {
        const [bytes, ...over] = await Promise.all(
          [input, ...overlays].map((opened) => opened.read(IMAGE_LIMITS.bytes)),
        );
        const startedAt = performance.now();
        try {
          return await applyOperations({
            bytes: bytes ?? Buffer.alloc(0),
            operations,
            frame,
            overlays: new Map(overlays.map(({ record }, at) => [record.id, over[at] ?? Buffer.alloc(0)])),
          });
        } finally {
          busyMs = Math.ceil(performance.now() - startedAt);
        }
      });
      const value = await saveFile(deps, uid, {
        name: name ?? nameOf(input.record.name, result.format),
        source: 'derived',
        mediaType: MEDIA_TYPE[result.format],
        content: result.bytes,
        width: result.width,
        height: result.height,
        expiresAt,
      });
      return { value, taken: taken(value) };
    },
    () => ({ taken: taken(), ended: { reason: 'upstream_error' } }),
  );
}

const ENDINGS: Record<Format, string> = { png: 'png', jpeg: 'jpg', webp: 'webp', avif: 'avif', gif: 'gif' };

/** The picture's own name, with the ending of its new format. */
function nameOf(name: string, format: Format): string {
  const stem = name.replace(/\.[^.]{1,5}$/, '').slice(0, 100);
  return `${stem || 'image'}.${ENDINGS[format]}`;
}
