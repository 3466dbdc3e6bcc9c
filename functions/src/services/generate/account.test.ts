import { describe, expect, it } from 'vitest';
import type { Price } from '../../domain/pricing.ts';
import { NO_USAGE, type TokenUsage } from '../../domain/usage.ts';
import { type Model, UpstreamError, type UpstreamErrorDetails } from '../../providers/contract.ts';
import { accountFor, countAttempt } from './account.ts';
import type { Outcome } from './outcome.ts';

const price: Price = {
  source: 'test@1',
  base: { input: 1_000_000_000, output: 10_000_000_000, cachedInput: 100_000_000 },
  tiers: [],
};
const model: Model = {
  id: 'gpt-test',
  name: 'Test',
  contextWindow: 100_000,
  maxOutputTokens: 1_000,
  capabilities: ['chat', 'streaming'],
  unsupportedParameters: [],
};
const target = {
  provider: { id: 'openai' },
  model,
  bound: { inputTokens: 500, outputTokens: 200 },
  price,
  nanoUsd: 2_500_000,
};
const call: { route: string; target: Parameters<typeof countAttempt>[0] } = { route: 'llm/generate', target };
const reasoning = {
  ...call,
  target: { ...target, model: { ...model, capabilities: ['chat', 'reasoning'] as const } },
};
const usage: TokenUsage = { ...NO_USAGE, inputTokens: 100, outputTokens: 20, cachedInputTokens: 50 };

/** A request of one attempt. */
const recorded = (request: typeof call, last: Outcome) =>
  accountFor({ route: request.route, latencyMs: 120 }, [countAttempt(request.target, last)], last);

const outcome = (rest: Partial<Outcome> = {}): Outcome => ({
  seenBytes: 11,
  finishReason: 'stop',
  usage,
  usageComplete: true,
  started: true,
  error: undefined,
  givenUp: undefined,
  latencyMs: 120,
  timeToFirstTokenMs: 30,
  upstreamRequestId: 'up_1',
  ...rest,
});
const failed = (
  kind: UpstreamError['kind'],
  details: UpstreamErrorDetails = {},
  rest: Partial<Outcome> = {},
) =>
  outcome({
    seenBytes: 0,
    finishReason: undefined,
    usage: undefined,
    usageComplete: false,
    started: false,
    error: new UpstreamError(kind, 'failed', details),
    ...rest,
  });

describe('a call that came to its end', () => {
  it('is recorded as the provider reported it, at the price of the day', () => {
    expect(recorded(call, outcome())).toEqual({
      provider: 'openai',
      model: 'gpt-test',
      route: 'llm/generate',
      usage,
      // 50 fresh at 1 USD, 50 cached at 0.1 USD and 20 out at 10 USD a million.
      costNanoUsd: 50_000 + 5_000 + 200_000,
      price: { source: 'test@1', ...price.base },
      latencyMs: 120,
      timeToFirstTokenMs: 30,
      status: 'ok',
      terminationReason: 'completed',
      source: 'provider',
      attempts: [
        {
          provider: 'openai',
          model: 'gpt-test',
          status: 'ok',
          latencyMs: 120,
          costNanoUsd: 255_000,
          upstreamRequestId: 'up_1',
        },
      ],
    });
  });

  it('by its token limit says so', () => {
    expect(recorded(call, outcome({ finishReason: 'length' }))).toMatchObject({
      status: 'ok',
      terminationReason: 'max_tokens',
    });
  });

  it('without a report is estimated from above: a token a byte', () => {
    const facts = recorded(
      call,
      outcome({ usage: undefined, usageComplete: false, seenBytes: Buffer.byteLength('né'.repeat(10)) }),
    );
    expect(facts).toMatchObject({ source: 'estimated', usage: { inputTokens: 500, outputTokens: 30 } });
    expect(facts.costNanoUsd).toBe(500_000 + 300_000);
  });

  it('counts pictures by their own rate, in each attempt and in what they come to together', () => {
    const base = { ...price.base, imageOutput: 30_000_000_000 };
    const maker = { ...target, price: { ...price, base } };
    const drawn = { ...NO_USAGE, inputTokens: 100, outputTokens: 50, imageOutputTokens: 40 };
    // It was worked on and paid for, though it failed.
    const lost = failed('malformed', {}, { started: true, usage: drawn, usageComplete: true });
    const made = outcome({ usage: drawn });
    const facts = accountFor(
      { route: 'images/generate', latencyMs: 240 },
      [countAttempt(maker, lost), countAttempt(maker, made)],
      made,
    );
    // 100 in at 1 USD, 10 out at 10 USD and 40 of pictures at 30 USD a million.
    const each = 100_000 + 100_000 + 1_200_000;
    expect(facts).toMatchObject({
      usage: { inputTokens: 200, outputTokens: 100, imageOutputTokens: 80 },
      costNanoUsd: 2 * each,
      price: base,
      attempts: [
        { status: 'error', costNanoUsd: each },
        { status: 'ok', costNanoUsd: each },
      ],
    });
  });

  it('without a price costs nothing, as far as is known', () => {
    expect(recorded({ ...call, target: { ...target, price: undefined } }, outcome())).toMatchObject({
      costNanoUsd: 0,
      price: null,
    });
  });
});

describe('a call that the provider cannot have worked on costs nothing', () => {
  it.each<[string, Outcome, object]>([
    ['refused', failed('rate_limited', { status: 429 }), { upstreamStatus: 429 }],
    ['refused', failed('server_error', { status: 500 }), { upstreamStatus: 500 }],
    ['never reached', failed('connection', { sent: false }), {}],
  ])('%s', (_, result, attempt) => {
    expect(recorded(call, result)).toMatchObject({
      usage: NO_USAGE,
      costNanoUsd: 0,
      source: 'provider',
      status: 'error',
      terminationReason: 'upstream_error',
      attempts: [{ status: 'error', ...attempt }],
    });
  });
});

describe('a call that it may have worked on is never refunded to zero', () => {
  it.each<[string, Outcome]>([
    ['cut before anything was seen', failed('connection')],
    ['answered with something else', failed('malformed')],
    ['not answered in time', failed('timeout')],
    ['our own fault', failed('connection', {}, { error: undefined })],
  ])('%s: its whole hold', (_, result) => {
    expect(recorded(call, result)).toMatchObject({
      source: 'held',
      costNanoUsd: target.nanoUsd,
      usage: { inputTokens: 500, outputTokens: 200 },
      status: 'error',
    });
  });

  it('cut in the middle: what was seen, from above', () => {
    const facts = recorded(call, failed('connection', {}, { started: true, seenBytes: 40 }));
    expect(facts).toMatchObject({ source: 'estimated', usage: { inputTokens: 500, outputTokens: 40 } });
    expect(facts.costNanoUsd).toBe(500_000 + 400_000);
  });

  it('cut in the middle: never more than was held', () => {
    const facts = recorded(call, failed('connection', {}, { started: true, seenBytes: 999 }));
    expect(facts.usage.outputTokens).toBe(200);
  });

  it('cut in the middle: what the provider had counted, where that is more', () => {
    const counted = { ...usage, outputTokens: 60 };
    const facts = recorded(call, failed('connection', {}, { started: true, usage: counted, seenBytes: 5 }));
    expect(facts).toMatchObject({
      source: 'estimated',
      usage: { inputTokens: 100, cachedInputTokens: 50, outputTokens: 60 },
    });
  });

  it('cut in the middle of invisible reasoning: its whole hold', () => {
    const result = failed('connection', {}, { started: true, seenBytes: 6 });
    expect(recorded(reasoning, result)).toMatchObject({
      source: 'held',
      costNanoUsd: target.nanoUsd,
    });
  });
});

describe('a call that was given up', () => {
  it('by its deadline is an error', () => {
    expect(recorded(call, failed('aborted', {}, { givenUp: 'deadline' }))).toMatchObject({
      status: 'error',
      terminationReason: 'deadline',
      source: 'held',
    });
  });

  it('by its client is cancelled, at the provider’s own count where that still came', () => {
    expect(recorded(call, outcome({ givenUp: 'client_disconnected' }))).toMatchObject({
      status: 'cancelled',
      terminationReason: 'client_disconnected',
      source: 'provider',
      attempts: [{ status: 'cancelled' }],
    });
  });
});

it('tells a provider that gave up waiting from one that failed', () => {
  expect(recorded(call, failed('timeout', { status: 504 }))).toMatchObject({
    terminationReason: 'upstream_timeout',
    costNanoUsd: 0,
  });
});

describe('a request of several attempts', () => {
  const refused = failed('overloaded', { status: 503 });
  const lost = failed('connection');
  const facts = (...outcomes: [Outcome, ...Outcome[]]) =>
    accountFor(
      { route: 'llm/generate', latencyMs: 500 },
      outcomes.map((each) => countAttempt(target, each)),
      outcomes.at(-1) ?? outcomes[0],
    );
  const answered = 255_000;

  it('takes what the last one took where the others were refused', () => {
    expect(facts(refused, refused, outcome())).toMatchObject({
      usage,
      costNanoUsd: answered,
      source: 'provider',
      status: 'ok',
      latencyMs: 500,
      attempts: [
        { status: 'error', upstreamStatus: 503 },
        { status: 'error', upstreamStatus: 503 },
        { status: 'ok' },
      ],
    });
  });

  it('takes what a lost one may have taken as well, which is an estimate then', () => {
    expect(facts(lost, outcome())).toMatchObject({
      usage: { inputTokens: 600, outputTokens: 220, cachedInputTokens: 50 },
      costNanoUsd: target.nanoUsd + answered,
      source: 'estimated',
      status: 'ok',
    });
  });

  it('takes the holds of all that were lost', () => {
    expect(facts(lost, lost, refused)).toMatchObject({
      costNanoUsd: 2 * target.nanoUsd,
      source: 'held',
      status: 'error',
    });
  });

  it('names the model of the last one', () => {
    const other = { ...target, provider: { id: 'anthropic' }, model: { ...model, id: 'claude-test' } };
    const last = outcome();
    const both = [countAttempt(target, refused), countAttempt(other, last)];
    expect(accountFor({ route: 'r', latencyMs: 1 }, both, last)).toMatchObject({
      provider: 'anthropic',
      model: 'claude-test',
      attempts: [{ provider: 'openai' }, { provider: 'anthropic', model: 'claude-test' }],
    });
  });
});
