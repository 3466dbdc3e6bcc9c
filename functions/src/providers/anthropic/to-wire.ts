import type {
  Base64ImageSource,
  ContentBlockParam,
  MessageCreateParamsBase,
  ToolChoice as WireToolChoice,
} from '@anthropic-ai/sdk/resources/messages';
import type { ChatMessage, ChatRequest, Tool, ToolChoice, UserPart } from '../contract.ts';

/** The body of `POST /v1/messages`, without what streaming adds. */
export type AnthropicBody = Omit<MessageCreateParamsBase, 'stream'>;

/**
 * The system prompt is a field of its own here. `temperature` is not sent: this version of the API knows no such
 * field. A schema of the answer has no name. `standard_only`: prices are those of the standard tier.
 */
export function toWire(request: ChatRequest): AnthropicBody {
  const { model, system, messages, maxTokens, tools, toolChoice, responseSchema } = request;
  return {
    model: model.id,
    max_tokens: maxTokens,
    ...(system === undefined ? {} : { system }),
    messages: turnsOf(messages),
    ...(tools && { tools: tools.map(toolOf) }),
    ...(toolChoice !== undefined && { tool_choice: choiceOf(toolChoice) }),
    ...(responseSchema && {
      output_config: { format: { type: 'json_schema' as const, schema: responseSchema.schema } },
    }),
    service_tier: 'standard_only',
  };
}

type Turn = { role: 'user' | 'assistant'; content: string | ContentBlockParam[] };

/** The results of tools that were called together, and what the user says with them, are one turn. */
function turnsOf(messages: readonly ChatMessage[]): Turn[] {
  const turns: Turn[] = [];
  for (const message of messages) {
    if (message.role === 'assistant') {
      turns.push({ role: 'assistant', content: spokenOf(message) });
      continue;
    }
    const content = saidOf(message);
    const before = turns.at(-1)?.content;
    if (typeof before !== 'object' || before.at(-1)?.type !== 'tool_result') {
      turns.push({ role: 'user', content });
    } else if (typeof content === 'string') {
      before.push({ type: 'text', text: content });
    } else {
      before.push(...content);
    }
  }
  return turns;
}

function saidOf(message: Exclude<ChatMessage, { role: 'assistant' }>): Turn['content'] {
  if (message.role === 'tool') {
    return [{ type: 'tool_result', tool_use_id: message.toolCallId, content: message.content }];
  }
  const { content } = message;
  return typeof content === 'string' ? content : content.map(partOf);
}

/** Anthropic takes no empty text. */
function spokenOf({ content, toolCalls = [] }: ChatMessage & { role: 'assistant' }): Turn['content'] {
  if (toolCalls.length === 0) return content;
  return [
    ...(content === '' ? [] : [{ type: 'text' as const, text: content }]),
    ...toolCalls.map(({ id, name, arguments: text }) => ({
      type: 'tool_use' as const,
      id,
      name,
      input: JSON.parse(text) as unknown,
    })),
  ];
}

function partOf(part: UserPart): ContentBlockParam {
  if (part.type === 'text') return part;
  const media_type = part.mediaType as Base64ImageSource['media_type'];
  return { type: 'image', source: { type: 'base64', media_type, data: part.data } };
}

function toolOf({ name, description, parameters }: Tool): NonNullable<AnthropicBody['tools']>[number] {
  return {
    name,
    ...(description !== undefined && { description }),
    input_schema: { ...parameters, type: 'object' },
  };
}

function choiceOf(choice: ToolChoice): WireToolChoice {
  if (typeof choice !== 'string') return { type: 'tool', name: choice.name };
  return { type: choice === 'required' ? 'any' : choice };
}
