import type { Capability, Model } from '../contract.ts';

const REASONING: readonly Capability[] = ['chat', 'streaming', 'vision', 'tools', 'reasoning'];
const CLASSIC: readonly Capability[] = ['chat', 'streaming', 'vision', 'tools'];

/**
 * OpenAI's chat models that answer on `/chat/completions`, embeddings, images and moderation, where they have a price. Windows and
 * limits: https://developers.openai.com/api/docs/models.
 *
 * Reasoning models refuse `temperature` unless their effort is `none`
 * (https://developers.openai.com/api/docs/guides/latest-model, parameter compatibility). We send no effort, and
 * which effort is the default differs by model, so it is left out for all of them.
 *
 * Not listed: models that answer on `/responses` alone (`*-pro`, `*-codex`), and those that are shut down
 * before 2027 (the list stands at `ChatModel` in the SDK's types): gpt-5, gpt-5-mini, gpt-5-nano, the o series.
 */
export const OPENAI_MODELS: readonly Model[] = [
  reasoning('gpt-6-luna', 'GPT-6 Luna', 1_050_000),
  reasoning('gpt-6-sol', 'GPT-6 Sol', 1_050_000),
  reasoning('gpt-6-astra', 'GPT-6 Astra', 1_050_000),
  reasoning('gpt-5.6-luna', 'GPT-5.6 Luna', 1_050_000),
  reasoning('gpt-5.6-terra', 'GPT-5.6 Terra', 1_050_000),
  reasoning('gpt-5.6-sol', 'GPT-5.6 Sol', 1_050_000),
  reasoning('gpt-5.5', 'GPT-5.5', 1_000_000),
  reasoning('gpt-5.4', 'GPT-5.4', 1_050_000),
  reasoning('gpt-5.4-mini', 'GPT-5.4 mini', 400_000),
  reasoning('gpt-5.4-nano', 'GPT-5.4 nano', 400_000),
  reasoning('gpt-5.2', 'GPT-5.2', 400_000),
  reasoning('gpt-5.1', 'GPT-5.1', 400_000),
  classic('gpt-4.1', 'GPT-4.1', 1_000_000, 32_768),
  classic('gpt-4.1-mini', 'GPT-4.1 mini', 1_000_000, 32_768),
  classic('gpt-4o', 'GPT-4o', 128_000, 16_384),
  classic('gpt-4o-mini', 'GPT-4o mini', 128_000, 16_384),
  // https://developers.openai.com/api/docs/guides/embeddings: 8,192 tokens for each input.
  wordless('text-embedding-3-small', 'Embedding 3 small', 8_192, 'embeddings'),
  wordless('text-embedding-3-large', 'Embedding 3 large', 8_192, 'embeddings'),
  wordless('text-embedding-ada-002', 'Embedding Ada 002', 8_192, 'embeddings'),
  // Each of them has no text in its output, and an output per picture that is documented; see image-tokens.ts. Left
  // out: gpt-image-1.5 and the 2.6 ones, whose output beside the picture has no documented bound.
  wordless('gpt-image-2.5-flare', 'GPT Image 2.5 Flare', 32_000, 'images'),
  wordless('gpt-image-2.5-sunburst', 'GPT Image 2.5 Sunburst', 32_000, 'images'),
  wordless('gpt-image-2', 'GPT Image 2', 32_000, 'images'),
  wordless('gpt-image-1-mini', 'GPT Image 1 mini', 32_000, 'images'),
  wordless('omni-moderation-latest', 'Omni Moderation', 32_768, 'moderation'),
];

function reasoning(id: string, name: string, contextWindow: number): Model {
  return {
    id,
    name,
    contextWindow,
    maxOutputTokens: 128_000,
    capabilities: REASONING,
    unsupportedParameters: ['temperature'],
  };
}

function classic(id: string, name: string, contextWindow: number, maxOutputTokens: number): Model {
  return { id, name, contextWindow, maxOutputTokens, capabilities: CLASSIC, unsupportedParameters: [] };
}

function wordless(id: string, name: string, contextWindow: number, capability: Capability): Model {
  return {
    id,
    name,
    contextWindow,
    maxOutputTokens: 0,
    capabilities: [capability],
    unsupportedParameters: ['temperature'],
  };
}
