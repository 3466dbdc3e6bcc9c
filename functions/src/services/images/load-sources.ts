import { GatewayError } from '../../domain/errors.ts';
import { type InputImage, MADE_FORMATS } from '../../providers/images.ts';
import type { FileDeps } from '../files/contract.ts';
import type { OpenedFile } from '../files/open-file.ts';
import { type ImageInfo, inspectImage } from './inspect-image.ts';
import type { Sources } from './prepare-images.ts';
import { openPicture } from './read-picture.ts';
import { type Leave, Turns } from './turns.ts';

const MIB = 1024 * 1024;
/** All pictures of one request together; they are held in memory. */
const MOST_BYTES = 32 * MIB;
/** Of all requests of this process together. Base64 and JSON make several times as much of them on their way out. */
const HELD = new Turns(64 * MIB);
/** https://developers.openai.com/api/docs/api-reference/images/createEdit: less than 4 MB. */
const MOST_MASK_BYTES = 4 * MIB;

/** A mask: a stored picture, or its bytes. */
export type MaskSource = { fileId: string } | { data: Uint8Array<ArrayBuffer> };

/** Pictures in memory, until they are let go. */
export interface LoadedSources extends Sources {
  release: Leave;
}

/**
 * The pictures that are to be edited, and the mask, read and looked at before anything is paid for.
 *
 * @throws GatewayError `not_found`, `unsupported_media_type`, `payload_too_large`, `unprocessable` where the mask does not
 *   fit, `unavailable` where others take the memory
 */
export async function loadSources(
  deps: FileDeps,
  uid: string,
  fileIds: readonly string[],
  mask?: MaskSource,
): Promise<LoadedSources> {
  const opened = await Promise.all(fileIds.map((id) => openPicture(deps, uid, id)));
  const total = opened.reduce((sum, { record }) => sum + record.bytes, 0);
  if (total > MOST_BYTES) {
    throw new GatewayError(
      'payload_too_large',
      `The pictures have ${total} bytes; ${MOST_BYTES} at most together.`,
    );
  }
  const release = await HELD.enter(total + (mask ? MOST_MASK_BYTES : 0));
  try {
    return { ...(await readSources(deps, uid, opened, mask)), release };
  } catch (error) {
    release();
    throw error;
  }
}

async function readSources(
  deps: FileDeps,
  uid: string,
  opened: readonly OpenedFile[],
  mask: MaskSource | undefined,
): Promise<Sources> {
  const images: InputImage[] = [];
  for (const { record, read } of opened) {
    const picture = await looked(await read(MOST_BYTES), `The file ${record.id}`);
    images.push(picture.image);
  }
  if (!mask) return { images };
  const bytes =
    'data' in mask ? mask.data : await (await openPicture(deps, uid, mask.fileId)).read(MOST_MASK_BYTES);
  const { image, info } = await looked(bytes, 'The mask');
  assertMask(image, info, images[0]);
  return { images, mask: image };
}

async function looked(bytes: Uint8Array, what: string): Promise<{ image: InputImage; info: ImageInfo }> {
  const info = await inspectImage(bytes);
  const { format, width, height } = info;
  if (!MADE_FORMATS.some((known) => known === format)) {
    throw new GatewayError(
      'unsupported_media_type',
      `${what} is ${format}: only ${MADE_FORMATS.join(', ')} can be edited. images/transform converts it.`,
    );
  }
  const name = `image.${format}`;
  return { image: { bytes: new Uint8Array(bytes), mediaType: `image/${format}`, name, width, height }, info };
}

function assertMask(mask: InputImage, { format, hasAlpha }: ImageInfo, first: InputImage | undefined): void {
  const refuse = (why: string) => {
    throw new GatewayError('unprocessable', `mask: ${why}`, { details: { field: 'mask' } });
  };
  if (mask.bytes.length > MOST_MASK_BYTES) refuse('larger than 4 MiB.');
  if (format !== 'png' || !hasAlpha)
    refuse('must be a PNG that is transparent where the picture is to change.');
  if (mask.width !== first?.width || mask.height !== first.height) {
    refuse(`must be as large as the first picture, ${first?.width} x ${first?.height} pixels.`);
  }
}
