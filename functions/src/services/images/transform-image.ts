import { IMAGE_LIMITS } from '../../domain/images/limits.ts';
import { type Format, MEDIA_TYPE, type Operation } from '../../domain/images/operations.ts';
import { computeNanoUsd } from '../../domain/media-prices.ts';
import { OWN_WORK } from '../../domain/own-work.ts';
import type { FileDeps, FileRecord } from '../files/contract.ts';
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

/**
 * Changes a stored picture and keeps the result as a new file. Costs the time that it takes, whether it succeeds or not.
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
  const taken = (images: number): Taken => ({
    costNanoUsd: computeNanoUsd(Math.min(busyMs, MOST_MS)),
    units: { images, seconds: busyMs / 1000 },
  });
  return metered(
    deps,
    payer,
    {
      provider: OWN_WORK,
      model: 'image-transform',
      nanoUsd: computeNanoUsd(MOST_MS),
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
      return { value, taken: taken(1) };
    },
    () => ({ taken: taken(0), ended: { reason: 'upstream_error' } }),
  );
}

const ENDINGS: Record<Format, string> = { png: 'png', jpeg: 'jpg', webp: 'webp', avif: 'avif', gif: 'gif' };

/** The picture's own name, with the ending of its new format. */
function nameOf(name: string, format: Format): string {
  const stem = name.replace(/\.[^.]{1,5}$/, '').slice(0, 100);
  return `${stem || 'image'}.${ENDINGS[format]}`;
}
