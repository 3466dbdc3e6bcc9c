import type { LoadUser } from '../../functions/test/load/seed.ts';
import type { Managed } from '../lib/process-group.ts';
import type { Timing } from './drive.ts';
import { timedFetch } from './timed-fetch.ts';

export type Mode = 'whole' | 'streamed';

/** A way to the sandbox that is measured. */
export interface System {
  name: string;
  /** The gateway's process. */
  pid?: number;
  /** Sends one request as the given worker and waits for all of its answer. */
  send(mode: Mode, worker: number): Promise<Timing>;
}

/** A gateway that was started here. */
export interface Gateway {
  url: string;
  managed: Managed;
}

const MODEL = 'gpt-4.1-mini';
const MAX_TOKENS = 64;

/**
 * The same question for all: 40 tokens come back, at once where the answer is whole, 2 ms apart (two tokens a
 * chunk) where it is streamed.
 */
const PROMPTS: Record<Mode, string> = {
  whole: 'Say something about gateways. [[sandbox: tokens=40]]',
  streamed: 'Say something about gateways. [[sandbox: tokens=40 delay=2]]',
};

const openAiStream = { firstText: '"content":"', last: 'data: [DONE]' };
const firegateStream = { firstText: 'event: delta', last: 'event: done' };

function openAiBody(mode: Mode): object {
  return {
    model: MODEL,
    messages: [{ role: 'user', content: PROMPTS[mode] }],
    max_completion_tokens: MAX_TOKENS,
    ...(mode === 'streamed' && { stream: true, stream_options: { include_usage: true } }),
  };
}

/** No gateway at all: what the others are compared with. */
export function direct(sandboxUrl: string): System {
  return {
    name: 'direct',
    send: (mode) =>
      timedFetch({
        url: `${sandboxUrl}/openai/v1/chat/completions`,
        headers: { Authorization: 'Bearer sandbox' },
        body: openAiBody(mode),
        ...(mode === 'streamed' && { stream: openAiStream }),
      }),
  };
}

/** The function `openaiGenerate` with a client token, each worker as one of the users. */
export function firegate(name: string, { url, managed }: Gateway, users: readonly LoadUser[]): System {
  return {
    name,
    pid: managed.pid,
    send: (mode, worker) =>
      timedFetch({
        url: `${url}/openaiGenerate`,
        headers: { Authorization: `Bearer ${users[worker % users.length]?.clientToken}` },
        body: {
          model: MODEL,
          prompt: PROMPTS[mode],
          maxTokens: MAX_TOKENS,
          ...(mode === 'streamed' && { stream: true }),
        },
        ...(mode === 'streamed' && { stream: firegateStream }),
      }),
  };
}

/** The peer: passes the same request on, with no user, no limit and no record of it. */
export function portkey({ url, managed }: Gateway, sandboxUrl: string): System {
  return {
    name: 'Portkey gateway',
    pid: managed.pid,
    send: (mode) =>
      timedFetch({
        url: `${url}/v1/chat/completions`,
        headers: portkeyHeaders(sandboxUrl),
        body: openAiBody(mode),
        ...(mode === 'streamed' && { stream: openAiStream }),
      }),
  };
}

/** Have the peer pass a request on to the sandbox. */
export function portkeyHeaders(sandboxUrl: string): Record<string, string> {
  return {
    Authorization: 'Bearer sandbox',
    'x-portkey-provider': 'openai',
    'x-portkey-custom-host': `${sandboxUrl}/openai/v1`,
  };
}
