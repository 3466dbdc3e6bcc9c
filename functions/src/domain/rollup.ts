import type { TokenUsage } from './usage.ts';

/** What every record has. */
type Counted = Omit<TokenUsage, 'cacheWrite1hInputTokens' | 'imageInputTokens' | 'imageOutputTokens'>;

/** What the records of one day, provider, model and API key add up to. */
export interface UsageGroup extends Counted {
  provider: string;
  model: string;
  /** Null: without an API key. */
  apiKeyId: string | null;
  requests: number;
  /** Requests that did not end well: status other than `ok`. */
  errors: number;
  /** Whole nano-USD. */
  costNanoUsd: number;
}

export interface Countable extends Counted {
  provider: string;
  model: string;
  apiKeyId?: string | undefined;
  status: string;
  costNanoUsd: number;
}

const SUMS = [
  'requests',
  'errors',
  'inputTokens',
  'outputTokens',
  'cachedInputTokens',
  'cacheWriteInputTokens',
  'reasoningTokens',
  'costNanoUsd',
] as const;

export type UsageSums = Pick<UsageGroup, (typeof SUMS)[number]>;

export const noUsageSums = (): UsageSums => ({
  requests: 0,
  errors: 0,
  inputTokens: 0,
  outputTokens: 0,
  cachedInputTokens: 0,
  cacheWriteInputTokens: 0,
  reasoningTokens: 0,
  costNanoUsd: 0,
});

export function addSums(into: UsageSums, more: UsageSums): void {
  for (const sum of SUMS) into[sum] += more[sum];
}

/** Groups records by provider, model and API key, adding to groups that are there. */
export class Rollup {
  readonly #groups = new Map<string, UsageGroup>();

  constructor(groups: readonly UsageGroup[] = []) {
    for (const group of groups) this.#groups.set(keyOf(group), { ...group });
  }

  add(record: Countable): void {
    const of = { provider: record.provider, model: record.model, apiKeyId: record.apiKeyId ?? null };
    const key = keyOf(of);
    const group = this.#groups.get(key) ?? { ...of, ...noUsageSums() };
    addSums(group, { ...record, requests: 1, errors: record.status === 'ok' ? 0 : 1 });
    this.#groups.set(key, group);
  }

  groups(): UsageGroup[] {
    return [...this.#groups.values()];
  }
}

const keyOf = ({ provider, model, apiKeyId }: Pick<UsageGroup, 'provider' | 'model' | 'apiKeyId'>) =>
  JSON.stringify([provider, model, apiKeyId]);
