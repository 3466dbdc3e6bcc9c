import type { Model, UsageRecord } from '#lib/api/types.ts';
import { count, price, size } from '#lib/format.ts';

interface StatusView {
  rail: 'done' | 'failed' | 'stopped';
  words: string;
  colour: string;
}

export const STATUSES: Record<UsageRecord['status'], StatusView> = {
  ok: { rail: 'done', words: 'Done', colour: 'text-ok' },
  error: { rail: 'failed', words: 'Failed', colour: 'text-bad' },
  cancelled: { rail: 'stopped', words: 'Stopped', colour: 'text-warn' },
};

export const REASONS: Record<UsageRecord['terminationReason'], string> = {
  completed: 'Completed',
  max_tokens: 'Cut at the most tokens asked for',
  client_disconnected: 'The caller went away',
  upstream_error: 'The provider failed',
  upstream_timeout: 'The provider took too long',
  deadline: 'The gateway’s deadline passed',
  abandoned: 'Given up: the instance was lost',
};

export const SOURCES: Record<UsageRecord['source'], string> = {
  provider: 'counted by the provider',
  estimated: 'estimated from what was sent',
  held: 'the whole hold, as nothing was reported',
};

/** `$1.25 in, $10 out per million tokens`, as the price list is today. */
export function priceWords(prices: Model['pricesPerMillionTokens']): string | undefined {
  return prices && `${price(prices.input)} in, ${price(prices.output)} out per million tokens`;
}

/** What was made or kept that is not counted in tokens: `2 images`, `12.5 s`, `1.4 MiB`; undefined where there is none. */
export function unitWords(units: UsageRecord['units']): string | undefined {
  const { images, seconds, bytes } = units ?? {};
  const parts = [
    images !== undefined && `${count(images)} ${images === 1 ? 'image' : 'images'}`,
    seconds !== undefined && `${Number(seconds.toFixed(1))} s`,
    bytes !== undefined && size(bytes),
  ].filter((part) => part !== false);
  return parts.length === 0 ? undefined : parts.join(', ');
}

/** Output tokens per second once the first had come; undefined where that cannot be told. */
export function tokensPerSecond({
  outputTokens,
  latencyMs,
  timeToFirstTokenMs,
}: Pick<UsageRecord, 'outputTokens' | 'latencyMs' | 'timeToFirstTokenMs'>): number | undefined {
  if (timeToFirstTokenMs === undefined || outputTokens < 2) return undefined;
  const seconds = (latencyMs - timeToFirstTokenMs) / 1000;
  return seconds <= 0 ? undefined : Math.round(outputTokens / seconds);
}
