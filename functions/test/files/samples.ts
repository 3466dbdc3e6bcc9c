import sharp from 'sharp';

/** Real files, made here. */
const picture = (width = 8, height = 6) =>
  sharp({ create: { width, height, channels: 3, background: { r: 200, g: 40, b: 10 } } });

export const samples = {
  png: () => picture().png().toBuffer(),
  jpeg: () => picture().jpeg().toBuffer(),
  webp: () => picture().webp().toBuffer(),
  gif: () => picture().gif().toBuffer(),
  avif: () => picture().avif().toBuffer(),
  pdf: async () => Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n'),
  text: async () => Buffer.from('Grüße,\nwith several\tlines.\n'),
  json: async () => Buffer.from('{"a":[1,2,3]}'),
} as const;

/** Bytes that take room: a text, which is kept as it is. */
export const textOf = (bytes: number): Buffer => Buffer.alloc(bytes, 'The quick brown fox.\n');
