/** What the first bytes of an image say of it. */
export interface ImageHeader {
  mediaType: ImageType;
  /** Pixels. */
  width: number;
  height: number;
}

export const IMAGE_TYPES = ['image/png', 'image/jpeg', 'image/webp', 'image/gif'] as const;
export type ImageType = (typeof IMAGE_TYPES)[number];

/** A JPEG's size stands behind its metadata; more than this is no photo's. */
const READ_BYTES = 4 * 1024 * 1024;

/** Undefined where it is none of those types, or its size can't be read. @param data base64 */
export function imageHeader(data: string): ImageHeader | undefined {
  const bytes = Buffer.from(data.slice(0, Math.ceil(READ_BYTES / 3) * 4), 'base64');
  const mediaType = typeOf(bytes);
  const size = mediaType && sizeOf(bytes, mediaType);
  return size && size.width > 0 && size.height > 0 ? { mediaType, ...size } : undefined;
}

const HEADER_BYTES = { 'image/png': 24, 'image/gif': 10, 'image/webp': 30 };

type Size = Pick<ImageHeader, 'width' | 'height'>;

function typeOf(bytes: Buffer): ImageType | undefined {
  const head = bytes.toString('latin1', 0, 16);
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png';
  if (head.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (head.startsWith('GIF87a') || head.startsWith('GIF89a')) return 'image/gif';
  if (head.startsWith('RIFF') && head.startsWith('WEBPVP8', 8)) return 'image/webp';
  return undefined;
}

function sizeOf(bytes: Buffer, mediaType: ImageType): Size | undefined {
  if (mediaType === 'image/jpeg') return sizeOfJpeg(bytes);
  if (bytes.length < HEADER_BYTES[mediaType]) return undefined;
  switch (mediaType) {
    case 'image/png':
      return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
    case 'image/gif':
      return { width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) };
    case 'image/webp':
      return sizeOfWebp(bytes);
  }
}

/** https://developers.google.com/speed/webp/docs/riff_container: extended, lossless or lossy. */
function sizeOfWebp(bytes: Buffer): Size {
  switch (bytes[15]) {
    case 0x58:
      return { width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 };
    case 0x4c: {
      const bits = bytes.readUInt32LE(21);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    default:
      return { width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff };
  }
}

/** The largest of its frame headers, should it have several: which one counts, decoders disagree on. */
function sizeOfJpeg(bytes: Buffer): Size | undefined {
  let size: Size | undefined;
  for (let at = 2; at + 9 <= bytes.length; ) {
    if (bytes[at] !== 0xff) return undefined;
    const marker = bytes[at + 1] ?? 0;
    // A fill byte.
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    // The scan begins, and with it the pixels.
    if (marker === 0xda) return size;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) {
      size = {
        height: Math.max(size?.height ?? 0, bytes.readUInt16BE(at + 5)),
        width: Math.max(size?.width ?? 0, bytes.readUInt16BE(at + 7)),
      };
    }
    at += 2 + bytes.readUInt16BE(at + 2);
  }
  return undefined;
}
