import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http';
import { stack } from '../harness/stack.ts';

export interface RawAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/**
 * A request as no browser sends it: any method, any target, headers as they are, a body in pieces.
 *
 * @param pieces sent one by one; without a Content-Length the body goes in chunks
 */
export function raw(
  method: string,
  target: string,
  { headers = {}, pieces = [] }: { headers?: OutgoingHttpHeaders; pieces?: (string | Uint8Array)[] } = {},
): Promise<RawAnswer> {
  const { hostname, port } = new URL(stack().url);
  return new Promise((resolve, reject) => {
    let isAnswered = false;
    const sent = request({ hostname, port, method, path: target, headers }, (response) => {
      isAnswered = true;
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
      );
      response.on('error', reject);
    });
    // An answer may come before the whole body is sent, and end the connection.
    sent.on('error', (error) => {
      if (!isAnswered) reject(error);
    });
    for (const piece of pieces) sent.write(piece);
    sent.end();
  });
}

export interface ErrorText {
  error: { code: string; message: string; requestId: string };
}

export const errorOf = ({ text }: { text: string }): ErrorText['error'] =>
  (JSON.parse(text) as ErrorText).error;
