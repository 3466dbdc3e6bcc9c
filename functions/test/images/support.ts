import { expect } from 'vitest';
import { content, type FileBody, upload } from '../files/support.ts';
import { type Answer, api, type RequestOptions, readEvents, send } from '../harness/request.ts';

export interface Picture extends FileBody {
  width: number;
  height: number;
}

export interface Made {
  id: string;
  provider: string;
  model: string;
  images: { file: Picture; data?: string }[];
  usage: { inputTokens: number; imageInputTokens: number; outputTokens: number };
  cost: { usd: string };
  latencyMs: number;
  warnings?: string[];
}

type Options = Omit<RequestOptions, 'token' | 'body'>;

/** Puts a picture into the store and answers its id. */
export async function stored(token: string, bytes: Uint8Array, type = 'image/png'): Promise<string> {
  const { status, body, text } = await upload(token, bytes, { type, query: { name: 'a picture' } });
  expect({ status, text }).toMatchObject({ status: 201 });
  return body.id;
}

export const transform = (token: string, body: object, options: Options = {}): Promise<Answer<Picture>> =>
  api<Picture>('images/transform', { ...options, token, body });

export const make = (
  what: 'generate' | 'edit' | 'variations',
  token: string,
  body: object,
  options: Options = {},
): Promise<Answer<Made>> => api<Made>(`images/${what}`, { ...options, token, body });

/** A picture at low quality: 196 tokens, and 9 of the prompt. */
export const CHEAP = { prompt: 'A lighthouse at dusk', size: '1024x1024', quality: 'low' } as const;

export async function bytesOf(token: string, id: string): Promise<Buffer> {
  const response = await content(token, id);
  expect(response.status).toBe(200);
  return Buffer.from(await response.arrayBuffer());
}

/** A stream of pictures, read to its end. */
export async function streamed(what: 'generate' | 'edit' | 'variations', token: string, body: object) {
  const response = await send(`/api/api/v1/images/${what}`, { token, body: { ...body, stream: true } });
  const events = response.headers.get('content-type')?.startsWith('text/event-stream')
    ? await readEvents(response)
    : [];
  return { status: response.status, headers: response.headers, events };
}
