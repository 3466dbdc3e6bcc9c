import './environment.ts';
import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import {
  APICallError,
  generateText,
  jsonSchema,
  type LanguageModel,
  type ModelMessage,
  Output,
  streamText,
  type ToolSet,
  tool,
} from 'ai';
import {
  type Ask,
  type Failure,
  keepingIds,
  MAX_TOKENS,
  type Reply,
  type Sdk,
  type Tool,
  type Turn,
} from './sdk.ts';

type Ids = ReturnType<typeof keepingIds>;
type ProviderOptions = NonNullable<Parameters<typeof generateText>[0]['providerOptions']>;

const OPENAI_THINKS = { openai: { reasoningEffort: 'low', reasoningSummary: 'auto', forceReasoning: true } };
const CLAUDE_THINKS = { anthropic: { thinking: { type: 'enabled', budgetTokens: 1024 } } };

const openAiOf = (credential: string, url: string, { fetch }: Ids) =>
  createOpenAI({ apiKey: credential, baseURL: `${url}/gateway/v1`, fetch });

export function vercelChat(credential: string, url: string): Sdk {
  const ids = keepingIds();
  return vercel(openAiOf(credential, url, ids).chat, ids, OPENAI_THINKS);
}

export function vercelResponses(credential: string, url: string): Sdk {
  const ids = keepingIds();
  return vercel(openAiOf(credential, url, ids).responses, ids, OPENAI_THINKS, { openai: { store: false } });
}

export function vercelAnthropic(credential: string, url: string): Sdk {
  const ids = keepingIds();
  const anthropic = createAnthropic({ apiKey: credential, baseURL: `${url}/gateway/v1`, fetch: ids.fetch });
  // For models that it does not know it asks for a tool to be called once, which not every provider can be told.
  return vercel(anthropic, ids, CLAUDE_THINKS, { anthropic: { structuredOutputMode: 'outputFormat' } });
}

function vercel(
  modelOf: (id: string) => LanguageModel,
  { requestId }: Ids,
  thinking: ProviderOptions,
  always: ProviderOptions = {},
): Sdk {
  const optionsOf = ({
    model,
    system,
    turns,
    tools,
    schema,
    thinks,
    maxTokens = MAX_TOKENS,
    signal,
  }: Ask) => ({
    model: modelOf(model),
    messages: turns.map(messageOf),
    maxOutputTokens: maxTokens,
    maxRetries: 0,
    ...(system && { instructions: system }),
    ...(tools && { tools: toolsOf(tools) }),
    ...(schema && { output: Output.object({ schema: jsonSchema({ ...schema }) }) }),
    providerOptions: merged(always, thinks ? thinking : {}),
    ...(signal && { abortSignal: signal }),
  });
  return {
    async ask(ask) {
      return replyOf(await generateText(optionsOf(ask)), requestId());
    },
    async stream(ask, onPiece) {
      let failure: unknown;
      const result = streamText({
        ...optionsOf(ask),
        onError: ({ error }) => {
          failure = error;
        },
      });
      for await (const part of result.fullStream) if (part.type === 'text-delta') onPiece?.();
      if (failure) throw failure;
      ask.signal?.throwIfAborted();
      const [text, reasoningText, toolCalls, finishReason, usage, response] = await Promise.all([
        result.text,
        result.reasoningText,
        result.toolCalls,
        result.finishReason,
        result.usage,
        result.response,
      ]);
      return replyOf({ text, reasoningText, toolCalls, finishReason, usage, response }, requestId());
    },
    failure: failureOf,
  };
}

export function failureOf(thrown: unknown): Failure {
  if (!(thrown instanceof Error)) throw thrown;
  const status = APICallError.isInstance(thrown) ? thrown.statusCode : undefined;
  return {
    status,
    name: APICallError.isInstance(thrown) ? 'APICallError' : thrown.name,
    message: thrown.message,
  };
}

/** Its types are not written for exactOptionalPropertyTypes. */
const toolsOf = (tools: readonly Tool[]) =>
  Object.fromEntries(
    tools.map(({ name, parameters }) => [name, tool({ inputSchema: jsonSchema({ ...parameters }) })]),
  ) as ToolSet;

function merged(one: ProviderOptions, other: ProviderOptions): ProviderOptions {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return Object.fromEntries([...names].map((name) => [name, { ...one[name], ...other[name] }]));
}

function messageOf(turn: Turn): ModelMessage {
  switch (turn.role) {
    case 'assistant':
      return turn.said as ModelMessage;
    case 'results':
      return {
        role: 'tool',
        content: turn.results.map(({ id, name, output }) => ({
          type: 'tool-result',
          toolCallId: id,
          toolName: name,
          output: { type: 'text', value: output },
        })),
      };
    case 'user':
      return {
        role: 'user',
        content: [
          { type: 'text', text: turn.text },
          ...(turn.png ? [{ type: 'file' as const, data: turn.png, mediaType: 'image/png' }] : []),
        ],
      };
  }
}

const FINISH: Record<string, Reply['finish']> = {
  stop: 'stop',
  length: 'length',
  'tool-calls': 'tools',
  'content-filter': 'filter',
};

type Result = Pick<
  Awaited<ReturnType<typeof generateText>>,
  'text' | 'reasoningText' | 'toolCalls' | 'finishReason' | 'usage'
> & { response: { messages: ModelMessage[] } };

function replyOf(result: Result, requestId: string): Reply {
  const { text, reasoningText = '', toolCalls, finishReason, usage, response } = result;
  return {
    text,
    thoughts: reasoningText,
    calls: toolCalls.map(({ toolCallId, toolName, input }) => ({ id: toolCallId, name: toolName, input })),
    finish: FINISH[finishReason] ?? 'other',
    usage: {
      input: usage.inputTokens ?? -1,
      output: usage.outputTokens ?? -1,
      cached: usage.inputTokenDetails.cacheReadTokens ?? 0,
      reasoning: usage.outputTokenDetails.reasoningTokens ?? 0,
    },
    requestId,
    said: response.messages[0],
  };
}
