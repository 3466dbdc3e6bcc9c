// What the suite asks of an SDK, in terms that all of them share. Each driver says it in its SDK's own.

export interface Tool {
  name: string;
  parameters: { type: 'object'; properties: Record<string, object>; required: string[] };
}

export type Turn =
  | { role: 'user'; text: string; png?: string }
  /** What a reply said, as the SDK wants it back. */
  | { role: 'assistant'; said: unknown }
  | { role: 'results'; results: { id: string; name: string; output: string }[] };

export interface Ask {
  model: string;
  system?: string;
  turns: Turn[];
  tools?: Tool[];
  /** The answer is to be JSON of this schema. */
  schema?: Tool['parameters'] & { additionalProperties: false };
  /** With a low effort. */
  thinks?: boolean;
  maxTokens?: number;
  signal?: AbortSignal;
}

export interface Reply {
  text: string;
  thoughts: string;
  calls: { id: string; name: string; input: unknown }[];
  finish: 'stop' | 'length' | 'tools' | 'filter' | 'other';
  usage: { input: number; output: number; cached: number; reasoning: number };
  requestId: string;
  said: unknown;
}

export interface Failure {
  status: number | undefined;
  /** The class of the SDK's own that it throws. */
  name: string;
  message: string;
}

/** An SDK on the gateway, with one credential. */
export interface Sdk {
  ask(ask: Ask): Promise<Reply>;
  /** Through the SDK's own helper that puts a stream together. @param onPiece each time that text has come */
  stream(ask: Ask, onPiece?: () => void): Promise<Reply>;
  failure(thrown: unknown): Failure;
}

/** The schema of OpenAI's format wants all properties required, and no others. */
export const CITY: Tool['parameters'] & { additionalProperties: false } = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
};

export const MAX_TOKENS = 3000;

/** A `fetch` that keeps the id of the last request; not every SDK tells it of a stream. */
export function keepingIds() {
  let last = '';
  const keeping: typeof fetch = async (input, init) => {
    const response = await fetch(input, init);
    last = response.headers.get('x-request-id') ?? '';
    return response;
  };
  return { fetch: keeping, requestId: () => last };
}
