import type {
  Response,
  ResponseCustomToolCall,
  ResponseFunctionToolCall,
  ResponseOutputMessage,
  ResponseReasoningItem,
} from 'openai/resources/responses/responses';
import type { Answer } from '../answer.ts';
import { isRecord, type JsonObject } from '../json.ts';
import { newHexId, newId } from '../random.ts';
import type { CheckedResponse } from './responses-check.ts';

/** A response as it goes over the wire; `output_text` is what the SDK adds. */
export type WireResponse = Omit<Response, 'output_text'>;

/** An output item, whole, and the tokens that it streams in. */
export interface OutputItem {
  whole:
    | ResponseReasoningItem
    | ResponseOutputMessage
    | ResponseFunctionToolCall
    | (ResponseCustomToolCall & { status: string });
  tokens: string[];
}

export function outputOf({ body }: CheckedResponse, given: Answer): OutputItem[] {
  const items: OutputItem[] = [];
  const { text, reasoning, toolCalls, stop } = given;
  const incomplete = stop.reason === 'length' || stop.reason === 'content_filter';
  // Only what was being written when the answer was cut is incomplete.
  const status = (last: boolean): 'incomplete' | 'completed' =>
    incomplete && last ? 'incomplete' : 'completed';
  if (reasoning.length > 0) items.push(reasoningItem(body, reasoning));
  if (text.length > 0 || toolCalls.length === 0) {
    const whole: ResponseOutputMessage = {
      id: newHexId('msg_', 48),
      type: 'message',
      role: 'assistant',
      status: status(toolCalls.length === 0),
      content: [
        stop.reason === 'refusal'
          ? { type: 'refusal', refusal: text.join('') }
          : { type: 'output_text', text: text.join(''), annotations: [], logprobs: [] },
      ],
    };
    items.push({ whole, tokens: text });
  }
  for (const [index, { name, freeText, tokens }] of toolCalls.entries()) {
    const common = { name, call_id: newId('call_'), status: status(index === toolCalls.length - 1) };
    const value = tokens.join('');
    items.push({
      whole: freeText
        ? { type: 'custom_tool_call', id: newHexId('ctc_', 48), input: value, ...common }
        : { type: 'function_call', id: newHexId('fc_', 48), arguments: value, ...common },
      tokens,
    });
  }
  return items;
}

function reasoningItem(body: JsonObject, tokens: string[]): OutputItem {
  const { reasoning, include } = body;
  const wantsSummary = isRecord(reasoning) && reasoning['summary'] != null;
  const encrypted = Array.isArray(include) && include.includes('reasoning.encrypted_content');
  const whole: ResponseReasoningItem = {
    id: newHexId('rs_', 48),
    type: 'reasoning',
    summary: wantsSummary ? [{ type: 'summary_text', text: tokens.join('') }] : [],
    ...(encrypted ? { encrypted_content: Buffer.from(`sandbox:${tokens.length}`).toString('base64') } : {}),
  };
  return { whole, tokens: wantsSummary ? tokens : [] };
}

/** The response around its output; what the caller did not give has the service's default. */
export function responseOf(
  request: CheckedResponse,
  given: Answer,
  items: readonly OutputItem[],
): WireResponse {
  const { stop, usage } = given;
  const reason =
    stop.reason === 'length'
      ? 'max_output_tokens'
      : stop.reason === 'content_filter'
        ? 'content_filter'
        : undefined;
  const now = Math.floor(Date.now() / 1000);
  return {
    ...echoOf(request),
    id: newHexId('resp_', 48),
    object: 'response',
    created_at: now,
    completed_at: reason === undefined ? now : null,
    status: reason === undefined ? 'completed' : 'incomplete',
    error: null,
    incomplete_details: reason === undefined ? null : { reason },
    output: items.map((item) => item.whole) as Response['output'],
    usage: {
      input_tokens: usage.input,
      input_tokens_details: { cached_tokens: usage.cached, cache_write_tokens: usage.cacheWrite },
      output_tokens: usage.output,
      output_tokens_details: { reasoning_tokens: usage.reasoning },
      total_tokens: usage.input + usage.output,
    },
  };
}

type Echo = Omit<
  WireResponse,
  | 'id'
  | 'object'
  | 'created_at'
  | 'completed_at'
  | 'status'
  | 'error'
  | 'incomplete_details'
  | 'output'
  | 'usage'
>;

/** The request's own parameters come back as they were given, which is why they are taken unseen. */
function echoOf({ body, model, maxOutputTokens }: CheckedResponse): Echo {
  const echo = {
    access_programs: null,
    background: false,
    instructions: body['instructions'] ?? null,
    max_output_tokens: maxOutputTokens ?? null,
    max_tool_calls: body['max_tool_calls'] ?? null,
    metadata: body['metadata'] ?? {},
    model,
    parallel_tool_calls: body['parallel_tool_calls'] ?? true,
    previous_response_id: body['previous_response_id'] ?? null,
    prompt_cache_key: body['prompt_cache_key'] ?? null,
    reasoning: body['reasoning'] ?? { effort: null, summary: null },
    safety_identifier: body['safety_identifier'] ?? null,
    service_tier: 'default',
    store: body['store'] ?? true,
    temperature: body['temperature'] ?? 1,
    text: { format: { type: 'text' }, verbosity: 'medium', ...(isRecord(body['text']) ? body['text'] : {}) },
    tool_choice: body['tool_choice'] ?? 'auto',
    tools: body['tools'] ?? [],
    top_logprobs: body['top_logprobs'] ?? 0,
    top_p: body['top_p'] ?? 1,
    truncation: body['truncation'] ?? 'disabled',
    user: body['user'] ?? null,
  };
  return echo as unknown as Echo;
}
