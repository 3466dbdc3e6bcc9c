import type { Model } from '../contract.ts';

/**
 * Claude models that have a price in the pinned package and are not about to be retired. Windows and limits:
 * https://platform.claude.com/docs/en/models/overview and each model's page.
 *
 * The SDK speaks API version 2026-10-21, in which `temperature` is a 400 on every model and at every value, its
 * default included (and is gone from the SDK's types).
 */
export const ANTHROPIC_MODELS: readonly Model[] = [
  claude('claude-sonnet-5', 'Claude Sonnet 5'),
  // https://platform.claude.com/docs/en/models/opus-5-5/whats-new-opus-5-5, "Forced tool use is not supported".
  { ...claude('claude-opus-5-5', 'Claude Opus 5.5'), callsAtWill: true },
  { ...claude('claude-fable-5-1', 'Claude Fable 5.1'), callsAtWill: true },
  { ...claude('claude-haiku-4-5', 'Claude Haiku 4.5', 200_000, 64_000), thinking: 'budget' },
  claude('claude-opus-5', 'Claude Opus 5'),
  claude('claude-opus-4-8', 'Claude Opus 4.8'),
  claude('claude-opus-4-7', 'Claude Opus 4.7'),
  claude('claude-opus-4-6', 'Claude Opus 4.6'),
  claude('claude-sonnet-4-6', 'Claude Sonnet 4.6'),
];

function claude(id: string, name: string, contextWindow = 1_000_000, maxOutputTokens = 128_000): Model {
  return {
    id,
    name,
    contextWindow,
    maxOutputTokens,
    capabilities: ['chat', 'streaming', 'vision', 'tools', 'reasoning'],
    unsupportedParameters: ['temperature'],
  };
}
