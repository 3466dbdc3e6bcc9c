import { ApiError } from './http.ts';

const BLANK = Buffer.from('\r\n\r\n');

/**
 * A `multipart/related` upload: the first part's JSON, and the second part's bytes as they come.
 *
 * @throws ApiError 400 where it ends before it should: nothing may be made of it then
 */
export async function readRelated(
  contentType: string,
  source: AsyncIterable<Uint8Array>,
): Promise<{
  metadata: Record<string, unknown>;
  contentType: string | undefined;
  content: AsyncIterable<Buffer>;
}> {
  const [, quoted, plain] = /boundary=(?:"([^"]+)"|([^;]+))/.exec(contentType) ?? [];
  const boundary = quoted ?? plain;
  if (!boundary) throw new ApiError(400, 'No boundary');
  const chunks = source[Symbol.asyncIterator]();
  let buffer = Buffer.alloc(0);
  const more = async () => {
    const { value, done } = await chunks.next();
    if (done) throw new ApiError(400, 'The upload ended early');
    buffer = Buffer.concat([buffer, value]);
  };
  const until = async (mark: Buffer): Promise<string> => {
    for (;;) {
      const at = buffer.indexOf(mark);
      if (at >= 0) {
        const text = buffer.subarray(0, at).toString();
        buffer = buffer.subarray(at + mark.length);
        return text;
      }
      await more();
    }
  };
  await until(BLANK);
  const metadata = JSON.parse(await until(Buffer.from(`\r\n--${boundary}`))) as Record<string, unknown>;
  const headers = await until(BLANK);
  const type = /^content-type:\s*(.+)$/im.exec(headers)?.[1]?.trim();
  const end = Buffer.from(`\r\n--${boundary}--`);
  async function* content() {
    for (;;) {
      const at = buffer.indexOf(end);
      if (at >= 0) {
        yield buffer.subarray(0, at);
        return;
      }
      // The boundary may lie across two chunks.
      const safe = buffer.length - end.length;
      if (safe > 0) {
        yield buffer.subarray(0, safe);
        buffer = buffer.subarray(safe);
      }
      await more();
    }
  }
  return { metadata, contentType: type, content: content() };
}
