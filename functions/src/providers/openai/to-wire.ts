import type {
  ChatCompletionContentPart,
  ChatCompletionCreateParamsBase,
  ChatCompletionMessageParam,
  ChatCompletionToolChoiceOption,
} from 'openai/resources/chat/completions';
import type { ChatMessage, ChatRequest, ToolChoice, UserPart } from '../contract.ts';

/** The body of `POST /chat/completions`, without what streaming adds. */
export type OpenAiBody = Omit<ChatCompletionCreateParamsBase, 'stream' | 'stream_options'>;

/** Asks for the usage, which a stream otherwise leaves out: it comes in a last chunk that has no choices. */
export const STREAMED = { stream: true, stream_options: { include_usage: true } } as const;

/**
 * `max_completion_tokens` bounds reasoning and answer together; reasoning models refuse `max_tokens`.
 * A schema of the answer is `strict`: anything less is a hint. Those of tools are not, for `strict` takes a part of
 * JSON Schema only, and what a model writes for them is the caller's to check either way.
 * `extraBody` is what one provider of this format needs and another may not know.
 */
export function toWire(request: ChatRequest, extraBody: Partial<OpenAiBody> = {}): OpenAiBody {
  const { model, system, messages, maxTokens, temperature, tools, toolChoice, responseSchema } = request;
  return {
    model: model.id,
    messages: [
      ...(system === undefined ? [] : [{ role: 'system' as const, content: system }]),
      ...messages.map(messageOf),
    ],
    max_completion_tokens: maxTokens,
    ...(temperature === undefined ? {} : { temperature }),
    ...(tools && {
      tools: tools.map(({ name, description, parameters }) => ({
        type: 'function' as const,
        function: { name, ...(description !== undefined && { description }), parameters },
      })),
    }),
    ...(toolChoice !== undefined && { tool_choice: choiceOf(toolChoice) }),
    ...(responseSchema && {
      response_format: { type: 'json_schema' as const, json_schema: { ...responseSchema, strict: true } },
    }),
    ...extraBody,
  };
}

function messageOf(message: ChatMessage): ChatCompletionMessageParam {
  switch (message.role) {
    case 'user': {
      const { role, content } = message;
      return { role, content: typeof content === 'string' ? content : content.map(partOf) };
    }
    case 'assistant': {
      const { role, content, toolCalls = [] } = message;
      if (toolCalls.length === 0) return { role, content };
      return {
        role,
        content: content === '' ? null : content,
        tool_calls: toolCalls.map(({ id, name, arguments: text }) => ({
          id,
          type: 'function',
          function: { name, arguments: text },
        })),
      };
    }
    case 'tool':
      return { role: 'tool', tool_call_id: message.toolCallId, content: message.content };
  }
}

function partOf(part: UserPart): ChatCompletionContentPart {
  if (part.type === 'text') return { type: 'text', text: part.text };
  return { type: 'image_url', image_url: { url: `data:${part.mediaType};base64,${part.data}` } };
}

function choiceOf(choice: ToolChoice): ChatCompletionToolChoiceOption {
  return typeof choice === 'string' ? choice : { type: 'function', function: { name: choice.name } };
}
