import type { Capability, Model } from '../contract.ts';

const CHAT: readonly Capability[] = ['chat', 'streaming', 'tools'];
const SEEING: readonly Capability[] = [...CHAT, 'vision'];
const REASONING: readonly Capability[] = [...CHAT, 'reasoning'];
const SEEING_REASONING: readonly Capability[] = [...SEEING, 'reasoning'];

/**
 * Windows: https://docs.mistral.ai/models. Mistral documents no limit of an answer but the window; half of it is left for the
 * question here.
 */
export const MISTRAL_MODELS: readonly Model[] = [
  model('mistral-medium-3-5', 'Mistral Medium 3.5', 262_144, 131_072, SEEING),
  model('mistral-large-2512', 'Mistral Large 3', 262_144, 131_072, SEEING),
  model('mistral-small-2603', 'Mistral Small 4', 262_144, 131_072, SEEING),
  model('ministral-14b-2512', 'Ministral 3 14B', 262_144, 131_072, SEEING),
  model('ministral-8b-2512', 'Ministral 3 8B', 262_144, 131_072, SEEING),
  model('ministral-3b-2512', 'Ministral 3 3B', 131_072, 65_536, SEEING),
  model('codestral-2508', 'Codestral', 256_000, 128_000, CHAT),
  model('devstral-2512', 'Devstral 2', 262_144, 131_072, CHAT),
];

/** Windows and limits: https://console.groq.com/docs/models. */
export const GROQ_MODELS: readonly Model[] = [
  model('llama-3.3-70b-versatile', 'Llama 3.3 70B', 131_072, 32_768, CHAT),
  model('llama-3.1-8b-instant', 'Llama 3.1 8B', 131_072, 131_072, CHAT),
  model('openai/gpt-oss-120b', 'GPT OSS 120B', 131_072, 65_536, REASONING),
  model('openai/gpt-oss-20b', 'GPT OSS 20B', 131_072, 65_536, REASONING),
  model('qwen/qwen3-32b', 'Qwen3 32B', 131_072, 40_960, CHAT),
  model('meta-llama/llama-4-maverick-17b-128e-instruct', 'Llama 4 Maverick', 131_072, 8_192, SEEING),
  model('meta-llama/llama-4-scout-17b-16e-instruct', 'Llama 4 Scout', 131_072, 8_192, SEEING),
];

/** Windows and limits: https://api-docs.deepseek.com/quick_start/pricing. */
export const DEEPSEEK_MODELS: readonly Model[] = [
  model('deepseek-v4-flash', 'DeepSeek V4 Flash', 1_000_000, 384_000, REASONING),
  model('deepseek-v4-pro', 'DeepSeek V4 Pro', 1_000_000, 384_000, REASONING),
];

/** Windows: https://docs.x.ai/docs/models. xAI documents no limit of an answer; these are those of https://models.dev. */
export const XAI_MODELS: readonly Model[] = [
  model('grok-4.6', 'Grok 4.6', 500_000, 30_000, SEEING_REASONING),
  model('grok-4.5', 'Grok 4.5', 500_000, 30_000, SEEING_REASONING),
  model('grok-4.3', 'Grok 4.3', 1_000_000, 30_000, SEEING_REASONING),
  model('grok-4.20', 'Grok 4.20', 1_000_000, 30_000, SEEING_REASONING),
  model('grok-4-1-fast-reasoning', 'Grok 4.1 Fast', 2_000_000, 30_000, SEEING_REASONING),
  model('grok-4-1-fast-non-reasoning', 'Grok 4.1 Fast, non-reasoning', 2_000_000, 30_000, SEEING),
  model('grok-code-fast-1', 'Grok Code Fast 1', 256_000, 10_000, REASONING),
];

/** https://docs.together.ai/docs/serverless-models; further ones by TOGETHER_MODELS. */
export const TOGETHER_MODELS: readonly Model[] = [
  model('meta-llama/Llama-3.3-70B-Instruct-Turbo', 'Llama 3.3 70B Turbo', 131_072, 65_536, CHAT),
];

function model(
  id: string,
  name: string,
  contextWindow: number,
  maxOutputTokens: number,
  capabilities: readonly Capability[],
): Model {
  return { id, name, contextWindow, maxOutputTokens, capabilities, unsupportedParameters: [] };
}
