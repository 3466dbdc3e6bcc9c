import OpenAI from 'openai';
import type {
  Response,
  ResponseCreateParamsNonStreaming,
  ResponseInputItem,
} from 'openai/resources/responses/responses';
import { failureOf, optionsOf } from './openai-chat.ts';
import { type Ask, keepingIds, MAX_TOKENS, type Reply, type Sdk, type Turn } from './sdk.ts';

export function openAiResponses(credential: string, url: string): Sdk {
  const { fetch, requestId } = keepingIds();
  const client = new OpenAI({ apiKey: credential, baseURL: `${url}/gateway/v1`, maxRetries: 0, fetch });
  return {
    async ask(ask) {
      return replyOf(await client.responses.create(bodyOf(ask), optionsOf(ask)), requestId());
    },
    async stream(ask, onPiece) {
      const stream = client.responses.stream(bodyOf(ask), optionsOf(ask));
      if (onPiece) stream.on('response.output_text.delta', onPiece);
      return replyOf(await stream.finalResponse(), requestId());
    },
    failure: failureOf,
  };
}

function bodyOf({ model, system, turns, tools, schema, thinks, maxTokens = MAX_TOKENS }: Ask) {
  const body: Omit<ResponseCreateParamsNonStreaming, 'stream'> = {
    model,
    max_output_tokens: maxTokens,
    input: turns.flatMap(itemsOf),
    store: false,
    ...(system && { instructions: system }),
    ...(tools && {
      tools: tools.map(({ name, parameters }) => ({
        type: 'function' as const,
        name,
        parameters: { ...parameters },
        strict: false,
      })),
    }),
    ...(schema && {
      text: { format: { type: 'json_schema' as const, name: 'answer', schema: { ...schema } } },
    }),
    ...(thinks && { reasoning: { effort: 'low' as const, summary: 'auto' as const } }),
  };
  return body;
}

function itemsOf(turn: Turn): ResponseInputItem[] {
  switch (turn.role) {
    case 'assistant':
      return turn.said as ResponseInputItem[];
    case 'results':
      return turn.results.map(({ id, output }) => ({ type: 'function_call_output', call_id: id, output }));
    case 'user':
      return [
        {
          role: 'user',
          content: [
            { type: 'input_text', text: turn.text },
            ...(turn.png
              ? [
                  {
                    type: 'input_image' as const,
                    image_url: `data:image/png;base64,${turn.png}`,
                    detail: 'auto' as const,
                  },
                ]
              : []),
          ],
        },
      ];
  }
}

function replyOf(response: Response, requestId: string): Reply {
  const { output, usage, status } = response;
  if (!usage) throw new Error('no usage');
  const calls = output.flatMap((item) =>
    item.type === 'function_call'
      ? [{ id: item.call_id, name: item.name, input: JSON.parse(item.arguments) as unknown }]
      : [],
  );
  const done = calls.length > 0 ? 'tools' : 'stop';
  return {
    text: response.output_text,
    thoughts: output
      .flatMap((item) => (item.type === 'reasoning' ? item.summary.map(({ text }) => text) : []))
      .join(''),
    calls,
    finish: status === 'incomplete' ? 'length' : status === 'completed' ? done : 'other',
    usage: {
      input: usage.input_tokens,
      output: usage.output_tokens,
      cached: usage.input_tokens_details.cached_tokens,
      reasoning: usage.output_tokens_details.reasoning_tokens,
    },
    requestId,
    said: output,
  };
}
