import { once } from 'node:events';
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from './faults.ts';
import type { JsonReply, StreamEvent, StreamReply } from './provider.ts';
import type { RecordedRequest } from './recorder.ts';

/** Writes replies to the wire: paced, with backpressure, stopped by a disconnect, broken where a fault says so. */

export interface Exchange {
  response: ServerResponse;
  record: RecordedRequest;
  /** Aborts when the client goes away. */
  signal: AbortSignal;
  headers: OutgoingHttpHeaders;
  fault: Fault | undefined;
  /** Milliseconds before each paced event, and before a body. */
  delayMs: number;
  /** How a provider breaks a stream that began well. */
  malformed: () => string;
  errorEvent: (sent: number) => StreamEvent;
}

/** Lets other streams have their turn when nothing else pauses this one. */
const EVENTS_PER_TURN = 32;
const DRIP_BYTES = 16;
const DEFAULT_AFTER_EVENTS = 3;

export async function sendJson(exchange: Exchange, reply: JsonReply): Promise<void> {
  const { fault } = exchange;
  const whole = bytesOf(reply.body);
  const body = fault?.kind === 'malformed' ? whole.subarray(0, Math.ceil(whole.length / 2)) : whole;
  if (exchange.delayMs > 0) await sleep(exchange.delayMs, undefined, { signal: exchange.signal });
  writeHead(exchange, reply.status, {
    'content-type': 'application/json',
    ...reply.headers,
    'content-length': body.length,
  });
  if (fault?.kind === 'cut') {
    await write(exchange, body.subarray(0, Math.floor(body.length / 2)));
    return breakOff(exchange);
  }
  if (fault?.kind === 'slow') {
    for (let start = 0; start < body.length; start += DRIP_BYTES) {
      await sleep(fault.delayMs, undefined, { signal: exchange.signal });
      await write(exchange, body.subarray(start, start + DRIP_BYTES));
    }
    exchange.response.end();
    return;
  }
  exchange.response.end(body);
}

export async function sendStream(exchange: Exchange, reply: StreamReply): Promise<void> {
  const { fault } = exchange;
  writeHead(exchange, 200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
  });
  exchange.response.flushHeaders();
  const breakAt =
    fault === undefined || fault.kind === 'slow' ? -1 : (fault.afterEvents ?? DEFAULT_AFTER_EVENTS);
  let sent = 0;
  for (const event of reply.events) {
    if (sent === breakAt && (await breakStream(exchange))) return;
    const pause = fault?.kind === 'slow' ? fault.delayMs : event.paced ? exchange.delayMs : 0;
    if (pause > 0) await sleep(pause, undefined, { signal: exchange.signal });
    else if (sent % EVENTS_PER_TURN === EVENTS_PER_TURN - 1)
      await nextTurn(undefined, { signal: exchange.signal });
    await write(exchange, encode(event));
    sent += 1;
    exchange.record.events = sent;
  }
  // A stream too short to reach the place where it should break, breaks at its end.
  if (sent <= breakAt && (await breakStream(exchange))) return;
  exchange.response.end();
}

/** A body goes out as JSON, unless it is bytes or text already. */
function bytesOf(body: unknown): Buffer {
  if (Buffer.isBuffer(body)) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}

/** Holds the connection open and answers nothing more, until the client leaves. */
export async function hang(exchange: Exchange): Promise<void> {
  if (!exchange.signal.aborted) await once(exchange.signal, 'abort');
}

/** @returns whether the stream is over. */
async function breakStream(exchange: Exchange): Promise<boolean> {
  const { fault } = exchange;
  switch (fault?.kind) {
    case 'hang':
      await hang(exchange);
      return true;
    case 'cut':
      breakOff(exchange);
      return true;
    case 'error_event':
      await write(exchange, encode(errorEvent(exchange, fault)));
      exchange.response.end();
      return true;
    case 'malformed':
      await write(exchange, exchange.malformed());
      return false;
    default:
      return false;
  }
}

function errorEvent({ errorEvent: usual, record }: Exchange, { body }: Fault): StreamEvent {
  const event = usual(record.events);
  return body === undefined ? event : { ...event, data: body };
}

function breakOff(exchange: Exchange): void {
  exchange.record.outcome = 'cut';
  exchange.response.destroy();
}

function writeHead(exchange: Exchange, status: number, headers: OutgoingHttpHeaders): void {
  exchange.record.status = status;
  exchange.response.writeHead(status, { ...exchange.headers, ...headers });
}

function encode({ event, data }: StreamEvent): string {
  const text = typeof data === 'string' ? data : JSON.stringify(data);
  return event === undefined ? `data: ${text}\n\n` : `event: ${event}\ndata: ${text}\n\n`;
}

/** Waits until the client has room for more. */
async function write({ response, signal }: Exchange, chunk: string | Buffer): Promise<void> {
  signal.throwIfAborted();
  if (!response.write(chunk)) await once(response, 'drain', { signal });
}
