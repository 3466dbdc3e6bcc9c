import type { Model } from '#lib/api/types.ts';
import type { Draft } from './draft.ts';

/** What the gateway sends when the request names no maximum: min(4096, the model's). */
export const DEFAULT_MAX_TOKENS = 4096;
/** Room for what a chat format adds around the text. */
const FORMAT_TOKENS = 32;
const CHARACTERS_PER_TOKEN = 4;

const encoder = new TextEncoder();

/** A guess for the eye: about four characters a token. */
export function estimateTokens(draft: Draft): number {
  return Math.ceil((draft.prompt.length + draft.system.length) / CHARACTERS_PER_TOKEN);
}

/**
 * The most that one run can cost in USD: no tokenizer makes more tokens than there are bytes, and the output is
 * capped. Undefined where the model has no known price.
 */
export function upperCostUsd(draft: Draft, model: Model): number | undefined {
  const prices = model.pricesPerMillionTokens;
  if (prices === undefined) return undefined;
  const inputTokens =
    encoder.encode(draft.prompt).length + encoder.encode(draft.system).length + FORMAT_TOKENS;
  const outputTokens = Math.min(draft.maxTokens ?? DEFAULT_MAX_TOKENS, model.maxOutputTokens);
  const tiers = (prices.longContext ?? []).filter((tier) => inputTokens > tier.aboveInputTokens);
  const input = Math.max(...[prices, ...tiers].map((tier) => Number(tier.input)));
  const output = Math.max(...[prices, ...tiers].map((tier) => Number(tier.output)));
  return (inputTokens * input + outputTokens * output) / 1_000_000;
}

/** The sum over several models; undefined as soon as one of them has no price. */
export function upperCostOfAll(draft: Draft, models: readonly Model[]): number | undefined {
  let sum = 0;
  for (const model of models) {
    const cost = upperCostUsd(draft, model);
    if (cost === undefined) return undefined;
    sum += cost;
  }
  return sum;
}
