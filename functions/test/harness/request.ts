import { stack } from './stack.ts';

export interface Answer<T = unknown> {
  status: number;
  headers: Headers;
  /** The parsed JSON body; undefined when the answer has none. */
  body: T;
  text: string;
}

export interface RequestOptions {
  method?: string;
  /** Sent as `Authorization: Bearer`. */
  token?: string;
  /** An object is sent as JSON, a string or bytes as they are. */
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  /** Another instance than the stack's own. */
  url?: string;
}

/** Sends one request to the functions; `path` starts with the function's name, as in `/api/api/v1/auth/me`. */
export function send(path: string, options: RequestOptions = {}): Promise<Response> {
  const { token, body, headers, signal } = options;
  const raw = typeof body === 'string' || body instanceof Uint8Array;
  return fetch(`${options.url ?? stack().url}${path}`, {
    method: options.method ?? (body === undefined ? 'GET' : 'POST'),
    headers: {
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...(token !== undefined && { Authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(body !== undefined && {
      body: raw ? (body as string | Uint8Array<ArrayBuffer>) : JSON.stringify(body),
    }),
    ...(signal && { signal }),
  });
}

/** Sends one request and reads the whole answer. */
export async function call<T = unknown>(path: string, options: RequestOptions = {}): Promise<Answer<T>> {
  const response = await send(path, options);
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') && text !== '';
  return {
    status: response.status,
    headers: response.headers,
    body: (isJson ? JSON.parse(text) : undefined) as T,
    text,
  };
}

/** `call` on the control plane: `api('auth/me')` is `GET /api/v1/auth/me`. */
export function api<T = unknown>(route: string, options: RequestOptions = {}): Promise<Answer<T>> {
  return call<T>(`/api/api/v1/${route}`, options);
}

/** A client token for a user; `grant` as in `POST auth/client-token`. */
export async function getClientToken(
  accessToken: string,
  grant: Record<string, unknown> = {},
): Promise<string> {
  const answer = await api<{ clientToken: string }>('auth/client-token', { token: accessToken, body: grant });
  if (answer.status !== 200 && answer.status !== 201) {
    throw new Error(`auth/client-token answered ${answer.status}: ${answer.text}`);
  }
  return answer.body.clientToken;
}

export interface StreamEvent<T = unknown> {
  event: string;
  data: T;
  /** Milliseconds since the request was sent. */
  atMs: number;
}

/** Reads a server-sent event stream to its end. */
export async function readEvents(
  response: Response,
  sentAt: number = performance.now(),
): Promise<StreamEvent[]> {
  const events: StreamEvent[] = [];
  for await (const event of eventsOf(response, sentAt)) events.push(event);
  return events;
}

/** The events of a stream as they arrive. */
export async function* eventsOf(
  response: Response,
  sentAt: number = performance.now(),
): AsyncGenerator<StreamEvent> {
  if (!response.body) return;
  let buffer = '';
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    buffer += chunk;
    for (let end = buffer.indexOf('\n\n'); end >= 0; end = buffer.indexOf('\n\n')) {
      const event = parseEvent(buffer.slice(0, end));
      buffer = buffer.slice(end + 2);
      if (event) yield { ...event, atMs: performance.now() - sentAt };
    }
  }
}

function parseEvent(block: string): { event: string; data: unknown } | undefined {
  const lines = block.split('\n');
  const field = (name: string) =>
    lines
      .filter((line) => line.startsWith(`${name}:`))
      .map((line) => line.slice(name.length + 1).replace(/^ /, ''));
  const data = field('data').join('\n');
  return data === ''
    ? undefined
    : { event: field('event')[0] ?? 'message', data: JSON.parse(data) as unknown };
}
