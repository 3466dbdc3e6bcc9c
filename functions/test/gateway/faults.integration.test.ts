import { beforeAll, describe, expect, it } from 'vitest';
import { sandboxRequests } from '../harness/sandbox.ts';
import { type Caller, newCaller, post, requestIdOf, usageOf } from './support.ts';

// Each fault of a provider, passed on and converted, whole and streamed: the client gets the right error in its own
// format, the provider was called as often as the record says, and what is paid for is never nothing.

let caller: Caller;
beforeAll(async () => {
  caller = await newCaller();
});

const MODELS = { openai: 'gpt-4.1-mini', anthropic: 'claude-haiku-4-5', gemini: 'gemini-3.8-flash' };
type Provider = keyof typeof MODELS;

/** What a fault comes to: the status, and whether it is paid for; 'cut': an error where a stream had begun well. */
interface Expected {
  status: number;
  source: 'provider' | 'held' | 'estimated';
}
const FAULTS: [fault: string, whole: Record<Provider, Expected>, streamed: Record<Provider, Expected>][] = [
  ['rate_limit', same(429, 'provider'), same(429, 'provider')],
  ['server_error', same(500, 'provider'), same(500, 'provider')],
  ['overloaded', busy(), busy()],
  ['status status=418', same(418, 'provider'), same(418, 'provider')],
  ['cut afterEvents=14 delay=3', same(502, 'held'), lost()],
  ['error_event afterEvents=14 delay=3', same(500, 'provider'), lost()],
  ['malformed afterEvents=14 delay=3', same(502, 'held'), same(200, 'provider')],
  ['slow delayMs=1', same(200, 'provider'), same(200, 'provider')],
];

function same(status: number, source: Expected['source']): Record<Provider, Expected> {
  return { openai: { status, source }, anthropic: { status, source }, gemini: { status, source } };
}
function busy(): Record<Provider, Expected> {
  return { ...same(503, 'provider'), anthropic: { status: 529, source: 'provider' } };
}
/** GPT-4.1 thinks nothing that is not seen, so what was seen bounds it; the others may, so only the hold does. */
function lost(): Record<Provider, Expected> {
  return { ...same(200, 'held'), openai: { status: 200, source: 'estimated' } };
}

const ROUTES = ['chat/completions', 'messages'] as const;
const NATIVE: Record<(typeof ROUTES)[number], Provider> = {
  'chat/completions': 'openai',
  messages: 'anthropic',
};

const cases = FAULTS.flatMap(([fault, whole, streamed]) =>
  ROUTES.flatMap((route) =>
    (['openai', 'anthropic', 'gemini'] as const).flatMap((provider) =>
      [false, true].map((stream) => ({
        fault,
        route,
        provider,
        stream,
        expected: (stream ? streamed : whole)[provider],
      })),
    ),
  ),
);

describe.each(cases)(
  '$fault of $provider on $route, streamed: $stream',
  ({ fault, route, provider, stream, expected }) => {
    it('is told, counted and paid for as it should be', async () => {
      const content = `[[sandbox: fault=${fault} tokens=60]] Go`;
      const body = {
        model: MODELS[provider],
        stream,
        max_tokens: 200,
        messages: [{ role: 'user', content }],
      };
      const response = await post(route, JSON.stringify(body), caller.key);
      const text = await response.text();
      expect(response.status).toBe(expected.status);

      const isNative = NATIVE[route] === provider;
      // An event that is not JSON is the client's business where it is passed on, and an error where it is converted.
      const isConverted = fault.startsWith('malformed') && stream && !isNative;
      const fails = expected.status !== 200 || expected.source !== 'provider' || isConverted;
      if (expected.status !== 200) {
        const answer = JSON.parse(text) as { type?: string; error?: { type?: unknown; message?: unknown } };
        // The provider's own words come as they are; everything else in the format that was called.
        if (!fault.startsWith('status') || !isNative) {
          expect(answer.type).toBe(route === 'messages' ? 'error' : undefined);
          expect(answer.error).toMatchObject({ type: expect.any(String), message: expect.any(String) });
        }
      } else if (stream) {
        const end = route === 'messages' ? 'event: message_stop' : 'data: [DONE]';
        const error = route === 'messages' ? 'event: error\ndata: {"type":"error"' : 'data: {"error":';
        expect({ end: text.includes(end), error: text.includes(error) }).toEqual({
          end: !fails,
          error: fails,
        });
      }

      const requestId = requestIdOf(response);
      const record = await usageOf(caller.user, requestId);
      expect(await sandboxRequests(requestId)).toHaveLength(record.attempts.length);
      expect(record.status).toBe(fails ? 'error' : 'ok');
      const source = isConverted ? (provider === 'openai' ? 'estimated' : 'held') : expected.source;
      // A reset connection may take along what had come but was not read yet: of that, too, only the hold is a bound.
      expect(source === 'estimated' ? ['estimated', 'held'] : [source]).toContain(record.source);
      // Refused by the provider: nothing to pay. Otherwise something was made, or may have been.
      const isRefused = expected.status >= 400 && source === 'provider';
      expect(record.outputTokens > 0).toBe(!isRefused);
    });
  },
);
