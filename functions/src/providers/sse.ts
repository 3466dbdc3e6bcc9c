/** One server-sent event, as its bytes came and as they read. */
export interface SseEvent {
  /** All of it, the blank line that ends it included. */
  bytes: Uint8Array;
  /** The `event` field; undefined where there is none. */
  type: string | undefined;
  /** The `data` lines, joined; undefined where there is none, as in a comment. */
  data: string | undefined;
}

const LF = 10;
const CR = 13;

/**
 * Cuts a byte stream into server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html),
 * wherever the chunks are split. Each byte is looked at once. The events' bytes, in order, and then `rest()` are
 * the stream again, byte for byte.
 */
export class SseSplitter {
  /** What has come of the event that is not complete yet. */
  #pieces: Uint8Array[] = [];
  #lineIsEmpty = true;
  #afterCr = false;

  /** The events that this chunk completes. */
  push(chunk: Uint8Array): SseEvent[] {
    const events: SseEvent[] = [];
    let start = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at];
      const continuesCrLf = byte === LF && this.#afterCr;
      this.#afterCr = byte === CR;
      if (continuesCrLf) continue;
      if (byte !== LF && byte !== CR) {
        this.#lineIsEmpty = false;
        continue;
      }
      if (!this.#lineIsEmpty) {
        this.#lineIsEmpty = true;
        continue;
      }
      // The line feed of a CR LF goes with its carriage return, where it is here already.
      const end = byte === CR && chunk[at + 1] === LF ? at + 2 : at + 1;
      this.#pieces.push(chunk.subarray(start, end));
      events.push(readEvent(this.#take()));
      start = end;
    }
    if (start < chunk.length) this.#pieces.push(chunk.subarray(start));
    return events;
  }

  /** What came after the last complete event. */
  rest(): Uint8Array {
    return this.#take();
  }

  #take(): Uint8Array {
    const [first, ...others] = this.#pieces;
    this.#pieces = [];
    if (first === undefined) return new Uint8Array();
    return others.length === 0 ? first : Buffer.concat([first, ...others]);
  }
}

function readEvent(bytes: Uint8Array): SseEvent {
  let type: string | undefined;
  let data: string | undefined;
  for (const line of decode(bytes).split(/\r\n|\n|\r/)) {
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    if (field !== 'data' && field !== 'event') continue;
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (field === 'event') type = value;
    else data = data === undefined ? value : `${data}\n${value}`;
  }
  return { bytes, type, data };
}

function decode(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
