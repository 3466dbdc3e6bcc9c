import type {
  Response,
  ResponseOutputItem,
  ResponseOutputMessage,
  ResponseReasoningItem,
  ResponseStreamEvent,
} from 'openai/resources/responses/responses';
import type { StreamEvent } from '../provider.ts';
import { toChunks } from '../tokens.ts';
import type { OutputItem, WireResponse } from './responses-output.ts';

/** An event before it has its place in the sequence. */
type Unnumbered<E = ResponseStreamEvent> = E extends ResponseStreamEvent ? Omit<E, 'sequence_number'> : never;

interface Place {
  item_id: string;
  output_index: number;
}

/** The events of a streamed response, numbered from `after` + 1 on. */
export function* responseEvents(
  response: WireResponse,
  items: readonly OutputItem[],
  tokensPerChunk: number,
  after = -1,
): Generator<StreamEvent> {
  let number = 0;
  for (const event of allEvents(response, items, tokensPerChunk)) {
    const data = { ...event, sequence_number: number };
    if (number > after) yield { event: event.type, data, ...(event.type.endsWith('.delta') ? PACED : {}) };
    number += 1;
  }
}

const PACED = { paced: true } as const;

function* allEvents(
  wire: WireResponse,
  items: readonly OutputItem[],
  tokensPerChunk: number,
): Generator<Unnumbered> {
  const response = wire as Response;
  const started: Response = {
    ...response,
    status: 'in_progress',
    completed_at: null,
    incomplete_details: null,
    output: [],
  };
  // The service says null until it knows; the type knows only "absent".
  Object.assign(started, { usage: null });
  yield { type: 'response.created', response: started };
  yield { type: 'response.in_progress', response: started };
  for (const [output_index, { whole, tokens }] of items.entries()) {
    const place = { item_id: whole.id ?? '', output_index };
    const chunks = toChunks(tokens, tokensPerChunk);
    yield { type: 'response.output_item.added', output_index, item: emptied(whole) };
    if (whole.type === 'message') yield* messageEvents(place, whole, chunks);
    else if (whole.type === 'reasoning') yield* summaryEvents(place, whole, chunks);
    else if (whole.type === 'function_call') {
      for (const delta of chunks) yield { type: 'response.function_call_arguments.delta', ...place, delta };
      yield { type: 'response.function_call_arguments.done', ...place, arguments: whole.arguments };
    } else {
      for (const delta of chunks) yield { type: 'response.custom_tool_call_input.delta', ...place, delta };
      yield { type: 'response.custom_tool_call_input.done', ...place, input: whole.input };
    }
    yield { type: 'response.output_item.done', output_index, item: whole as ResponseOutputItem };
  }
  yield response.status === 'incomplete'
    ? { type: 'response.incomplete', response }
    : { type: 'response.completed', response };
}

function emptied(whole: OutputItem['whole']): ResponseOutputItem {
  switch (whole.type) {
    case 'message':
      return { ...whole, status: 'in_progress', content: [] };
    case 'reasoning':
      return { ...whole, summary: [] };
    case 'function_call':
      return { ...whole, status: 'in_progress', arguments: '' } as ResponseOutputItem;
    default:
      return { ...whole, status: 'in_progress', input: '' } as ResponseOutputItem;
  }
}

function* messageEvents(
  place: Place,
  { content: [part] }: ResponseOutputMessage,
  chunks: readonly string[],
): Generator<Unnumbered> {
  if (part === undefined) return;
  const at = { ...place, content_index: 0 };
  if (part.type === 'refusal') {
    yield { type: 'response.content_part.added', ...at, part: { ...part, refusal: '' } };
    for (const delta of chunks) yield { type: 'response.refusal.delta', ...at, delta };
    yield { type: 'response.refusal.done', ...at, refusal: part.refusal };
  } else {
    yield { type: 'response.content_part.added', ...at, part: { ...part, text: '' } };
    for (const delta of chunks) yield { type: 'response.output_text.delta', ...at, delta, logprobs: [] };
    yield { type: 'response.output_text.done', ...at, text: part.text, logprobs: [] };
  }
  yield { type: 'response.content_part.done', ...at, part };
}

function* summaryEvents(
  place: Place,
  { summary: [part] }: ResponseReasoningItem,
  chunks: readonly string[],
): Generator<Unnumbered> {
  if (part === undefined) return;
  const at = { ...place, summary_index: 0 };
  yield { type: 'response.reasoning_summary_part.added', ...at, part: { ...part, text: '' } };
  for (const delta of chunks) yield { type: 'response.reasoning_summary_text.delta', ...at, delta };
  yield { type: 'response.reasoning_summary_text.done', ...at, text: part.text };
  yield { type: 'response.reasoning_summary_part.done', ...at, part };
}
