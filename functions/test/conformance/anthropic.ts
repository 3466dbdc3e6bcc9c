import Anthropic from '@anthropic-ai/sdk';
import type {
  Message,
  MessageCreateParamsNonStreaming,
  MessageParam,
} from '@anthropic-ai/sdk/resources/messages';
import { type Ask, keepingIds, MAX_TOKENS, type Reply, type Sdk, type Turn } from './sdk.ts';

export function anthropicMessages(credential: string, url: string): Sdk {
  const { fetch, requestId } = keepingIds();
  const client = new Anthropic({ apiKey: credential, baseURL: `${url}/gateway`, maxRetries: 0, fetch });
  return {
    async ask(ask) {
      return replyOf(await client.messages.create(bodyOf(ask), optionsOf(ask)), requestId());
    },
    async stream(ask, onPiece) {
      const stream = client.messages.stream(bodyOf(ask), optionsOf(ask));
      if (onPiece) stream.on('text', onPiece);
      return replyOf(await stream.finalMessage(), requestId());
    },
    failure(thrown) {
      if (!(thrown instanceof Anthropic.AnthropicError)) throw thrown;
      const status = thrown instanceof Anthropic.APIError ? (thrown.status as number | undefined) : undefined;
      return { status, name: thrown.constructor.name, message: thrown.message };
    },
  };
}

const optionsOf = ({ signal }: Ask) => (signal ? { signal } : {});

function bodyOf({ model, system, turns, tools, schema, thinks, maxTokens = MAX_TOKENS }: Ask) {
  const body: MessageCreateParamsNonStreaming = {
    model,
    max_tokens: maxTokens,
    messages: turns.map(messageOf),
    ...(system && { system }),
    ...(tools && { tools: tools.map(({ name, parameters }) => ({ name, input_schema: { ...parameters } })) }),
    ...(schema && { output_config: { format: { type: 'json_schema' as const, schema: { ...schema } } } }),
    ...(thinks && { thinking: { type: 'enabled' as const, budget_tokens: 1024 } }),
  };
  return body;
}

function messageOf(turn: Turn): MessageParam {
  switch (turn.role) {
    case 'assistant':
      return { role: 'assistant', content: turn.said as MessageParam['content'] };
    case 'results':
      return {
        role: 'user',
        content: turn.results.map(({ id, output }) => ({
          type: 'tool_result',
          tool_use_id: id,
          content: output,
        })),
      };
    case 'user':
      if (!turn.png) return { role: 'user', content: turn.text };
      return {
        role: 'user',
        content: [
          { type: 'text', text: turn.text },
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: turn.png } },
        ],
      };
  }
}

const FINISH: Record<string, Reply['finish']> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  tool_use: 'tools',
  refusal: 'filter',
};

function replyOf({ content, stop_reason, usage }: Message, requestId: string): Reply {
  const cached = usage.cache_read_input_tokens ?? 0;
  return {
    text: content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
    thoughts: content.map((block) => (block.type === 'thinking' ? block.thinking : '')).join(''),
    calls: content.flatMap((block) =>
      block.type === 'tool_use' ? [{ id: block.id, name: block.name, input: block.input }] : [],
    ),
    finish: FINISH[stop_reason ?? ''] ?? 'other',
    usage: {
      // Anthropic's leaves the cached ones out.
      input: usage.input_tokens + cached + (usage.cache_creation_input_tokens ?? 0),
      output: usage.output_tokens,
      cached,
      reasoning: usage.output_tokens_details?.thinking_tokens ?? 0,
    },
    requestId,
    said: content,
  };
}
