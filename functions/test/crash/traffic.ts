import { setTimeout as sleep } from 'node:timers/promises';

/** Who asks, by which credential, on which route, of which model. */
export interface Caller {
  path: string;
  token: string;
  model: string;
  format: 'generate' | 'gateway';
}

/** How one request ended, as its client saw it. */
export interface Ending {
  /** Undefined: not even the headers came. */
  requestId: string | undefined;
  status: number | undefined;
  /** `done`: the whole answer came; `error`: one that says why not; `broken`: the connection ended. */
  end: 'done' | 'error' | 'broken';
  /** As the answer says, where its format does. */
  costUsd?: string;
  text: string;
}

export interface Traffic {
  endings: Ending[];
  /** Resolves with the first headers. */
  begun: Promise<void>;
  /** Lets no new request begin; resolves once all have ended. */
  stop(): Promise<void>;
}

/** Streams that take a third of a second at the sandbox's pace, and whole answers that take as long. */
const STREAMED = '[[sandbox: tokens=40]] Tell me of the sea';
const WHOLE = '[[sandbox: tokens=40 delay=200]] Tell me of the sea';

const pick = <T>(list: readonly T[]): T => list[Math.floor(Math.random() * list.length)] as T;

/** So many clients, each with one request at a time, of callers drawn at random; half of the answers are streams. */
export function startTraffic(url: string, callers: readonly Caller[], clients: number): Traffic {
  const endings: Ending[] = [];
  let stopped = false;
  let begin = () => {};
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const client = async () => {
    while (!stopped) {
      const stream = Math.random() < 0.5;
      const prompt = stream ? STREAMED : WHOLE;
      const ending = await ask(url, pick(callers), { prompt, stream, onHeaders: begin });
      endings.push(ending);
      // Against an instance that is gone there is nothing to do but to wait for the stop.
      if (ending.requestId === undefined) await sleep(50);
    }
  };
  const all = Promise.all(Array.from({ length: clients }, client));
  return {
    endings,
    begun,
    async stop() {
      stopped = true;
      begin();
      await all;
    },
  };
}

export interface Ask {
  prompt: string;
  stream: boolean;
  onHeaders?: () => void;
  /** Leaves after so many events of the stream; 0: as soon as the headers are there. */
  leaveAfter?: number;
}

/** One request, to its end or to the client's. Never throws. */
export async function ask(url: string, caller: Caller, { prompt, stream, ...options }: Ask): Promise<Ending> {
  const { path, token, model, format } = caller;
  const body =
    format === 'generate'
      ? { model, prompt, maxTokens: 60, stream }
      : { model, [maximum(path)]: 60, stream, messages: [{ role: 'user', content: prompt }] };
  const ending: Ending = { requestId: undefined, status: undefined, end: 'broken', text: '' };
  const gone = new AbortController();
  try {
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
      signal: AbortSignal.any([gone.signal, AbortSignal.timeout(30_000)]),
    });
    ending.requestId = response.headers.get('x-request-id') ?? undefined;
    ending.status = response.status;
    options.onHeaders?.();
    await read(ending, response, gone, options.leaveAfter);
    ending.end = endOf(ending, stream);
    if (format === 'generate' && ending.end === 'done') {
      const cost = /"cost":\{"usd":"([\d.]+)"\}/.exec(ending.text)?.[1];
      if (cost !== undefined) ending.costUsd = cost;
    }
  } catch {
    // Killed on the way, or left.
  }
  return ending;
}

const maximum = (path: string) => (path.endsWith('/messages') ? 'max_tokens' : 'max_completion_tokens');

async function read(
  ending: Ending,
  response: Response,
  gone: AbortController,
  leaveAfter = Number.POSITIVE_INFINITY,
): Promise<void> {
  if (leaveAfter === 0) gone.abort();
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    ending.text += chunk;
    if (ending.text.split('\n\n').length > leaveAfter) gone.abort();
  }
}

function endOf({ status, text }: Ending, stream: boolean): Ending['end'] {
  if (status !== 200) return 'error';
  if (!stream) return 'done';
  if (/^(event: error|data: \{"error")/m.test(text)) return 'error';
  return /^(event: done|event: message_stop|data: \[DONE\])$/m.test(text) ? 'done' : 'broken';
}
