import type { Model } from '#lib/api/types.ts';
import type { Draft } from './draft.ts';

/** What the gateway sends when the request names no maximum: min(4096, the model's). */
export const DEFAULT_MAX_TOKENS = 4096;
/** Room for what a chat format adds around the text, and for the prompts that come with tools and schemas. */
const FORMAT_TOKENS = 32;
const STRUCTURE_TOKENS = 2_000;
const CHARACTERS_PER_TOKEN = 4;

const encoder = new TextEncoder();

type Estimated = Pick<Draft, 'prompt' | 'system' | 'maxTokens'> & Partial<Draft>;

function textOf({ prompt, system, tools = '', schema = '' }: Estimated): string {
  return prompt + system + tools + schema;
}

/** A guess for the eye: about four characters a token, images apart. */
export function estimateTokens(draft: Estimated): number {
  return Math.ceil(textOf(draft).length / CHARACTERS_PER_TOKEN);
}

/**
 * The most that one run can cost in USD: no tokenizer makes more tokens than there are bytes, and the output is
 * capped. Undefined where the model has no known price, and with images: what they take is the model's secret.
 */
export function upperCostUsd(draft: Estimated, model: Model): number | undefined {
  const prices = model.pricesPerMillionTokens;
  if (prices === undefined || (draft.images?.length ?? 0) > 0) return undefined;
  const { tools = '', schema = '' } = draft;
  const structured = tools.trim() !== '' || schema.trim() !== '';
  // The prompt that comes with a schema may hold it once more.
  const inputTokens =
    encoder.encode(textOf(draft) + schema).length + FORMAT_TOKENS + (structured ? STRUCTURE_TOKENS : 0);
  const outputTokens = Math.min(draft.maxTokens ?? DEFAULT_MAX_TOKENS, model.maxOutputTokens);
  const tiers = (prices.longContext ?? []).filter((tier) => inputTokens > tier.aboveInputTokens);
  const input = Math.max(...[prices, ...tiers].map((tier) => Number(tier.input)));
  const output = Math.max(...[prices, ...tiers].map((tier) => Number(tier.output)));
  return (inputTokens * input + outputTokens * output) / 1_000_000;
}

/** The sum over several models; undefined as soon as one of them has no price. */
export function upperCostOfAll(draft: Estimated, models: readonly Model[]): number | undefined {
  let sum = 0;
  for (const model of models) {
    const cost = upperCostUsd(draft, model);
    if (cost === undefined) return undefined;
    sum += cost;
  }
  return sum;
}
