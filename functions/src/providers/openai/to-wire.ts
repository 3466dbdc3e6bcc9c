import type { ChatCompletionCreateParamsBase } from 'openai/resources/chat/completions';
import type { ChatRequest } from '../contract.ts';

/** The body of `POST /chat/completions`, without what streaming adds. */
export type OpenAiBody = Omit<ChatCompletionCreateParamsBase, 'stream' | 'stream_options'>;

/** Asks for the usage, which a stream otherwise leaves out: it comes in a last chunk that has no choices. */
export const STREAMED = { stream: true, stream_options: { include_usage: true } } as const;

/**
 * `max_completion_tokens` bounds reasoning and answer together; reasoning models refuse `max_tokens`.
 * `extraBody` is what one provider of this format needs and another may not know.
 */
export function toWire(request: ChatRequest, extraBody: Partial<OpenAiBody> = {}): OpenAiBody {
  const { model, system, messages, maxTokens, temperature } = request;
  return {
    model: model.id,
    messages: [
      ...(system === undefined ? [] : [{ role: 'system' as const, content: system }]),
      ...messages.map(({ role, content }) => ({ role, content })),
    ],
    max_completion_tokens: maxTokens,
    ...(temperature === undefined ? {} : { temperature }),
    ...extraBody,
  };
}
