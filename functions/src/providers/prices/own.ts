import type { Price } from '../../domain/pricing.ts';

const usd = (cents: number) => cents * 10_000_000;

/** USD 5.00 for text and 8.00 for pictures in the input, 30.00 for pictures in the output, per million tokens. */
const GPT_IMAGE_2_5 = { input: usd(500), cachedInput: usd(125), imageInput: usd(800), output: usd(3000) };

/** Published prices that the pinned package does not have yet, by `provider/model`; read on 2026-11-23. */
export const OWN_PRICES: Readonly<Record<string, Price>> = {
  'openai/gpt-image-2.5-flare': {
    source: 'https://developers.openai.com/api/docs/models/gpt-image-2.5-flare',
    base: GPT_IMAGE_2_5,
    tiers: [],
  },
  'openai/gpt-image-2.5-sunburst': {
    source: 'https://developers.openai.com/api/docs/models/gpt-image-2.5-sunburst',
    base: GPT_IMAGE_2_5,
    tiers: [],
  },
  'gemini/gemini-nano-banana-2.1': {
    source: 'https://ai.google.dev/gemini-api/docs/pricing#gemini-nano-banana-2.1',
    base: { input: usd(150), output: usd(750), imageOutput: usd(3000) },
    tiers: [],
  },
};
