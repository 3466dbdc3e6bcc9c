import type { OpenAiDialect } from '../openai/index.ts';
import { DEEPSEEK_MODELS, GROQ_MODELS, MISTRAL_MODELS, TOGETHER_MODELS, XAI_MODELS } from './models.ts';

/** A provider of OpenAI's format, as it stands in the table below by its id. */
export interface CompatibleProvider extends Omit<OpenAiDialect, 'id' | 'models'> {
  /** Those that it is known to have; models[0] is the one to suggest. */
  models?: OpenAiDialect['models'];
  /** Further ones come by the param `<ID>_MODELS`; required where it has no others. */
  ownModels?: true;
}

/** Fields that are OpenAI's own; most others refuse what they do not know, or give it another meaning. */
const OPENAI_ONLY = ['service_tier', 'safety_identifier'];

/**
 * What the chat templates of open models add to a request at most: system prompts and tool instructions of their own, a few
 * hundred tokens in the longest that are published (`chat_template` in the models' tokenizer_config.json).
 */
const TEMPLATE = 1024;

/**
 * The providers that speak OpenAI's chat completions: data, read by config.ts (params), registry.ts (adapters) and the
 * price table. docs/providers.md says how to add one and how to enable one.
 */
export const COMPATIBLE = {
  mistral: {
    name: 'Mistral',
    baseUrl: 'https://api.mistral.ai/v1',
    models: MISTRAL_MODELS,
    overheadTokens: TEMPLATE,
    // It refuses unknown fields, and reports a stream's usage unasked: https://docs.mistral.ai/api.
    chat: { maximum: 'max_tokens', unknown: new Set([...OPENAI_ONLY, 'stream_options', 'user']) },
  },
  groq: {
    name: 'Groq',
    baseUrl: 'https://api.groq.com/openai/v1',
    models: GROQ_MODELS,
    overheadTokens: TEMPLATE,
    // It has service tiers of its own: https://console.groq.com/docs/api-reference.
    chat: { maximum: 'max_completion_tokens', unknown: new Set(OPENAI_ONLY) },
    // Its own search and browser are billed by the call.
    unpricedFields: ['compound_custom', 'search_settings'],
  },
  deepseek: {
    name: 'DeepSeek',
    baseUrl: 'https://api.deepseek.com/v1',
    models: DEEPSEEK_MODELS,
    overheadTokens: TEMPLATE,
    // Thinking is turned on and off by a field of its own: https://api-docs.deepseek.com/api/create-chat-completion.
    chat: {
      maximum: 'max_tokens',
      unknown: new Set([...OPENAI_ONLY, 'user', 'reasoning_effort', 'parallel_tool_calls']),
    },
  },
  xai: {
    name: 'xAI',
    baseUrl: 'https://api.x.ai/v1',
    models: XAI_MODELS,
    overheadTokens: TEMPLATE,
    chat: { maximum: 'max_completion_tokens', unknown: new Set(OPENAI_ONLY) },
    // The maximum bounds reasoning and answer together, which are reported apart.
    // Live search is billed by the source: https://docs.x.ai/docs/guides/live-search.
    unpricedFields: ['search_parameters'],
  },
  openrouter: {
    name: 'OpenRouter',
    baseUrl: 'https://openrouter.ai/api/v1',
    ownModels: true,
    overheadTokens: TEMPLATE,
    chat: { maximum: 'max_tokens', unknown: new Set(OPENAI_ONLY) },
    // These lead to other models, other prices or searches: https://openrouter.ai/docs/api-reference/parameters.
    unpricedFields: ['plugins', 'models', 'route', 'provider'],
  },
  together: {
    name: 'Together',
    baseUrl: 'https://api.together.xyz/v1',
    models: TOGETHER_MODELS,
    ownModels: true,
    overheadTokens: TEMPLATE,
    // https://docs.together.ai/reference/chat-completions-1
    chat: { maximum: 'max_tokens', unknown: new Set([...OPENAI_ONLY, 'user', 'parallel_tool_calls']) },
  },
  azure: {
    name: 'Azure OpenAI',
    // https://<resource>.openai.azure.com/openai/v1, by AZURE_BASE_URL; a model's id is its deployment's name.
    baseUrl: undefined,
    ownModels: true,
    keyHeader: 'api-key',
    routes: ['chatCompletions', 'responses', 'embeddings'],
    extraBody: { service_tier: 'default' },
  },
  ollama: {
    name: 'Ollama',
    baseUrl: undefined,
    ownModels: true,
    selfHosted: true,
    // https://docs.ollama.com/openai
    chat: { maximum: 'max_tokens', unknown: new Set([...OPENAI_ONLY, 'user', 'parallel_tool_calls']) },
    routes: ['chatCompletions', 'embeddings'],
  },
  vllm: {
    name: 'vLLM',
    baseUrl: undefined,
    ownModels: true,
    selfHosted: true,
    // https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html
    chat: { maximum: 'max_completion_tokens', unknown: new Set(OPENAI_ONLY) },
    routes: ['chatCompletions', 'embeddings'],
  },
} as const satisfies Record<string, CompatibleProvider>;

/** The data of a provider of this kind; undefined for one that has an adapter of its own. */
export function compatibleProvider(id: string): CompatibleProvider | undefined {
  return Object.hasOwn(COMPATIBLE, id) ? COMPATIBLE[id as keyof typeof COMPATIBLE] : undefined;
}
