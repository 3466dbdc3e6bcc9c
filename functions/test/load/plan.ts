import { AMPLE, type Overrides } from './seed.ts';

/** What a user of the load test is there to run into; `loose` runs into nothing. */
export type Kind = 'loose' | 'tokens' | 'requests' | 'concurrency' | 'budget';

export interface PlannedUser {
  kind: Kind;
  overrides: Overrides;
}

/** How one request goes: answered whole, streamed, streamed to a client that leaves, or failed by the provider. */
export type Shape = 'whole' | 'streamed' | 'abandoned' | 'failing';

const KINDS: readonly Kind[] = [
  'loose',
  'tokens',
  'loose',
  'requests',
  'loose',
  'concurrency',
  'loose',
  'budget',
];

const MODEL = 'gpt-4.1-mini';
const MAX_TOKENS = 64;
/** About what one request costs, in nano-USD. */
const USUAL_COST = 76_000;

/**
 * Every second user is loose, the others take turns. Each limit is below what the user's requests ask for, and
 * a budget lasts for part of the time only.
 */
export function planUsers(count: number, seconds: number): PlannedUser[] {
  const limits: Record<Kind, Overrides> = {
    loose: AMPLE,
    tokens: { ...AMPLE, tokens: { capacity: 2_000, refillPerSecond: 200 } },
    requests: { ...AMPLE, requestsPerMinute: 60 },
    concurrency: { ...AMPLE, concurrency: 2 },
    budget: { ...AMPLE, budgets: [{ period: 'total', nanoUsd: USUAL_COST * Math.max(20, 2 * seconds) }] },
  };
  return Array.from({ length: count }, (_, i) => {
    const kind = KINDS[i % KINDS.length] ?? 'loose';
    return { kind, overrides: limits[kind] };
  });
}

/** @param random in [0, 1) */
export function shapeFor(kind: Kind, random: number): Shape {
  // A limit is only exact to the request where all of them take the same.
  if (kind !== 'loose') return random < 0.6 ? 'whole' : 'streamed';
  if (random < 0.05) return 'failing';
  if (random < 0.1) return 'abandoned';
  return random < 0.45 ? 'streamed' : 'whole';
}

/** The body for `openaiGenerate`: 40 tokens come back, two at a time each 3 ms where they are streamed. */
export function bodyFor(shape: Shape): Record<string, unknown> {
  const directive = shape === 'failing' ? 'fault=server_error' : 'tokens=40 delay=3';
  return {
    model: MODEL,
    prompt: `Say something about limits. [[sandbox: ${directive}]]`,
    maxTokens: MAX_TOKENS,
    ...((shape === 'streamed' || shape === 'abandoned') && { stream: true }),
  };
}
