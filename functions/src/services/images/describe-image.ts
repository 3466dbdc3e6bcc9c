import { IMAGE_LIMITS } from '../../domain/images/limits.ts';
import type { FileDeps, FileRecord } from '../files/contract.ts';
import { type ImageInfo, inspectImage } from './inspect-image.ts';
import { openPicture } from './read-picture.ts';
import { TURNS } from './turns.ts';

/** What the header of a stored picture says. @throws GatewayError as openPicture and inspectImage do */
export async function describeImage(
  deps: FileDeps,
  uid: string,
  id: string,
): Promise<{ info: ImageInfo; record: FileRecord }> {
  const { record, read } = await openPicture(deps, uid, id);
  return { info: await TURNS.take(async () => inspectImage(await read(IMAGE_LIMITS.bytes))), record };
}
