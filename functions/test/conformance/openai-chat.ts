import OpenAI from 'openai';
import type {
  ChatCompletion,
  ChatCompletionCreateParamsNonStreaming,
  ChatCompletionMessageParam,
} from 'openai/resources/chat/completions';
import { type Ask, keepingIds, MAX_TOKENS, type Reply, type Sdk, type Turn } from './sdk.ts';

export function openAiChat(credential: string, url: string): Sdk {
  const { fetch, requestId } = keepingIds();
  const client = new OpenAI({ apiKey: credential, baseURL: `${url}/gateway/v1`, maxRetries: 0, fetch });
  return {
    async ask(ask) {
      return replyOf(await client.chat.completions.create(bodyOf(ask), optionsOf(ask)), requestId());
    },
    async stream(ask, onPiece) {
      const body = { ...bodyOf(ask), stream_options: { include_usage: true } };
      const stream = client.chat.completions.stream(body, optionsOf(ask));
      if (onPiece) stream.on('content', onPiece);
      return replyOf(await stream.finalChatCompletion(), requestId());
    },
    failure: failureOf,
  };
}

export function failureOf(thrown: unknown) {
  if (!(thrown instanceof OpenAI.OpenAIError)) throw thrown;
  const status = thrown instanceof OpenAI.APIError ? (thrown.status as number | undefined) : undefined;
  return { status, name: thrown.constructor.name, message: thrown.message };
}

export const optionsOf = ({ signal }: Ask) => (signal ? { signal } : {});

function bodyOf({ model, system, turns, tools, schema, thinks, maxTokens = MAX_TOKENS }: Ask) {
  const body: Omit<ChatCompletionCreateParamsNonStreaming, 'stream'> = {
    model,
    max_completion_tokens: maxTokens,
    messages: [
      ...(system ? [{ role: 'system' as const, content: system }] : []),
      ...turns.flatMap(messagesOf),
    ],
    ...(tools && {
      tools: tools.map(({ name, parameters }) => ({
        type: 'function' as const,
        function: { name, parameters: { ...parameters } },
      })),
    }),
    ...(schema && {
      response_format: {
        type: 'json_schema' as const,
        json_schema: { name: 'answer', schema: { ...schema }, strict: true },
      },
    }),
    ...(thinks && { reasoning_effort: 'low' as const }),
  };
  return body;
}

function messagesOf(turn: Turn): ChatCompletionMessageParam[] {
  switch (turn.role) {
    case 'assistant':
      return [turn.said as ChatCompletionMessageParam];
    case 'results':
      return turn.results.map(({ id, output }) => ({ role: 'tool', tool_call_id: id, content: output }));
    case 'user':
      if (!turn.png) return [{ role: 'user', content: turn.text }];
      return [
        {
          role: 'user',
          content: [
            { type: 'text', text: turn.text },
            { type: 'image_url', image_url: { url: `data:image/png;base64,${turn.png}` } },
          ],
        },
      ];
  }
}

const FINISH: Record<string, Reply['finish']> = {
  stop: 'stop',
  length: 'length',
  tool_calls: 'tools',
  content_filter: 'filter',
};

function replyOf({ choices, usage }: ChatCompletion, requestId: string): Reply {
  const [choice] = choices;
  if (!choice || !usage) throw new Error('no choice, or no usage');
  const { message } = choice;
  const { reasoning_content: thoughts = '' } = message as { reasoning_content?: string };
  return {
    text: message.content ?? '',
    thoughts,
    calls: (message.tool_calls ?? []).map((call) => {
      if (call.type !== 'function') throw new Error(call.type);
      return { id: call.id, name: call.function.name, input: JSON.parse(call.function.arguments) as unknown };
    }),
    finish: FINISH[choice.finish_reason] ?? 'other',
    usage: {
      input: usage.prompt_tokens,
      output: usage.completion_tokens,
      cached: usage.prompt_tokens_details?.cached_tokens ?? 0,
      reasoning: usage.completion_tokens_details?.reasoning_tokens ?? 0,
    },
    requestId,
    said: message,
  };
}
