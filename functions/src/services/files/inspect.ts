import { createHash } from 'node:crypto';
import { GatewayError } from '../../domain/errors.ts';
import { isTextType, judgeType, type MediaTypeName, TextCheck } from '../../domain/files/media-types.ts';
import { assertWhole, EDGE_BYTES } from '../../domain/files/shape.ts';
import type { Content } from './contract.ts';

/** What the type is told by: the start of a file. */
const SNIFF_BYTES = 16 * 1024;

export interface Inspected {
  mediaType: MediaTypeName;
  /** The content, to be read once to its end. Fails where it turns out to be too large, cut, or no text after all. */
  content: AsyncIterable<Uint8Array>;
  /** Once the content has been read to its end. */
  facts(): { bytes: number; sha256: string };
}

/**
 * Looks at content while it passes: tells its type by its first bytes, counts and hashes the rest. Never holds more
 * than the first bytes.
 *
 * @throws GatewayError `unsupported_media_type`, `invalid_request` where it is empty; `payload_too_large`
 */
export async function inspect(
  source: Content,
  { maxBytes, declared }: { maxBytes: number; declared: MediaTypeName | undefined },
): Promise<Inspected> {
  const chunks = (source instanceof Uint8Array ? oneChunk(source) : source)[Symbol.asyncIterator]();
  const start: Uint8Array[] = [];
  let length = 0;
  let ended = false;
  while (length < SNIFF_BYTES && !ended) {
    const { value, done } = await chunks.next();
    ended = done === true;
    if (!ended) {
      start.push(value);
      length += value.length;
    }
  }
  if (length === 0) throw new GatewayError('invalid_request', 'The file is empty.');
  const head = Buffer.concat(start).subarray(0, SNIFF_BYTES);
  const { fileTypeFromBuffer } = await import('file-type');
  const found = await fileTypeFromBuffer(head).catch(() => undefined);
  const mediaType = judgeType(found?.mime, head, declared);

  const hash = createHash('sha256');
  const text = isTextType(mediaType) ? new TextCheck() : undefined;
  let bytes = 0;
  let tail: Uint8Array = new Uint8Array();
  let facts: { bytes: number; sha256: string } | undefined;
  const take = (chunk: Uint8Array) => {
    bytes += chunk.length;
    if (bytes > maxBytes) throw tooLarge(maxBytes);
    hash.update(chunk);
    text?.take(chunk);
    tail =
      chunk.length >= EDGE_BYTES
        ? chunk.slice(-EDGE_BYTES)
        : Buffer.concat([tail, chunk]).subarray(-EDGE_BYTES);
    return chunk;
  };
  async function* content() {
    try {
      for (const chunk of start.splice(0)) yield take(chunk);
      while (!ended) {
        const { value, done } = await chunks.next();
        ended = done === true;
        if (!ended) yield take(value);
      }
      text?.take();
      assertWhole(mediaType, head, tail, bytes);
      facts = { bytes, sha256: hash.digest('hex') };
    } finally {
      // Whoever stops reading early, stops the source.
      if (!ended) await chunks.return?.();
    }
  }
  return {
    mediaType,
    content: content(),
    facts() {
      if (!facts) throw new Error('The content has not been read to its end');
      return facts;
    },
  };
}

async function* oneChunk(bytes: Uint8Array) {
  yield bytes;
}

export function tooLarge(maxBytes: number): GatewayError {
  return new GatewayError('payload_too_large', `The file is larger than ${maxBytes} bytes.`);
}
