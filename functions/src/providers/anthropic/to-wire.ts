import type { MessageCreateParamsBase } from '@anthropic-ai/sdk/resources/messages';
import type { ChatRequest } from '../contract.ts';

/** The body of `POST /v1/messages`, without what streaming adds. */
export type AnthropicBody = Omit<MessageCreateParamsBase, 'stream'>;

/**
 * The system prompt is a field of its own here. `temperature` is not sent: this version of the API knows no such
 * field. `standard_only`: prices are those of the standard tier.
 */
export function toWire({ model, system, messages, maxTokens }: ChatRequest): AnthropicBody {
  return {
    model: model.id,
    max_tokens: maxTokens,
    ...(system === undefined ? {} : { system }),
    messages: messages.map(({ role, content }) => ({ role, content })),
    service_tier: 'standard_only',
  };
}
