import { describe, expect, it } from 'vitest';
import type { MediaTypeName } from './media-types.ts';
import { assertWhole, EDGE_BYTES } from './shape.ts';

const IEND = Buffer.from('\0\0\0\0IEND\xae\x42\x60\x82', 'latin1');

/** As `inspect` asks: the first and the last bytes, and how many there are. */
function ask(type: MediaTypeName, content: Uint8Array): void {
  assertWhole(type, content.subarray(0, EDGE_BYTES), content.subarray(-EDGE_BYTES), content.length);
}
const png = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), IEND]);
const gif = Buffer.from('GIF89a some picture;');
function webp(length: number, said = length - 8): Buffer {
  const content = Buffer.alloc(length);
  content.write('RIFF');
  content.writeUInt32LE(said, 4);
  content.write('WEBP', 8);
  return content;
}

describe('a whole one', () => {
  it.each<[MediaTypeName, Uint8Array]>([
    ['image/png', png],
    ['image/apng', png],
    ['image/gif', gif],
    ['image/webp', webp(40)],
    // Padded to an even length, or not.
    ['image/webp', webp(41, 32)],
    // What goes on behind its end as cameras make it; what has no end.
    ['image/jpeg', Buffer.from('\xff\xd8\xff\xd9 and more', 'latin1')],
    ['video/mp4', Buffer.from('x')],
    ['text/plain', Buffer.from('x')],
  ])('%s', (type, content) => {
    expect(() => ask(type, content)).not.toThrow();
  });
});

describe('one that is cut or goes on', () => {
  it.each<[MediaTypeName, Uint8Array]>([
    ['image/png', png.subarray(0, -1)],
    ['image/png', Buffer.concat([png, Buffer.from('x')])],
    ['image/png', png.subarray(0, 4)],
    ['image/apng', png.subarray(0, -4)],
    ['image/gif', gif.subarray(0, -1)],
    ['image/gif', Buffer.concat([gif, Buffer.from('<script>')])],
    ['image/webp', webp(40, 33)],
    ['image/webp', webp(40, 30)],
    ['image/webp', webp(40, 0xff_ff_ff_ff)],
  ])('%s', (type, content) => {
    expect(() => ask(type, content)).toThrow(expect.objectContaining({ code: 'unsupported_media_type' }));
  });
});
