import { GatewayError } from '../errors.ts';
import type { MediaTypeName } from './media-types.ts';

/** How many of a file's first and last bytes `assertWhole` wants. */
export const EDGE_BYTES = 16;

const ascii = (bytes: Uint8Array, from: number, to: number) =>
  String.fromCharCode(...bytes.subarray(from, to));

/**
 * Tells what was cut, and what has something else behind its end, where a format says where it ends. A JPEG may go
 * on behind its end, as cameras make them.
 *
 * @param head its first bytes
 * @param tail its last bytes
 * @throws GatewayError `unsupported_media_type`
 */
export function assertWhole(type: MediaTypeName, head: Uint8Array, tail: Uint8Array, bytes: number): void {
  if (endsAsItShould(type, head, tail, bytes)) return;
  throw new GatewayError(
    'unsupported_media_type',
    `The file is not a whole ${type}: it is cut, or something follows its end.`,
  );
}

function endsAsItShould(type: MediaTypeName, head: Uint8Array, tail: Uint8Array, bytes: number): boolean {
  const end = tail.length;
  switch (type) {
    case 'image/png':
    case 'image/apng':
      return end >= 8 && ascii(tail, end - 8, end - 4) === 'IEND';
    case 'image/gif':
      return tail[end - 1] === 0x3b;
    case 'image/webp': {
      const size = new DataView(head.buffer, head.byteOffset, head.byteLength).getUint32(4, true);
      // Chunks are padded to an even length, which some writers leave out at the end.
      return bytes === size + 8 || bytes === size + 9;
    }
    default:
      return true;
  }
}
