import fc from 'fast-check';
import type { WireObject } from '../../providers/wire.ts';

// Answers of either format, and the streams that their providers send them in: whatever is said and called, however it is cut
// (between the halves of a surrogate pair too), with empty pieces.

const text = fc.string({ unit: 'grapheme', maxLength: 12 });
const said = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
const input = fc.dictionary(
  said,
  fc.oneof(text, fc.integer(), fc.boolean(), fc.array(text, { maxLength: 2 })),
  { maxKeys: 3 },
);
const call = fc.record({ id: said, name: said, input });
export const cuts = fc.array(fc.nat(5), { minLength: 1, maxLength: 4 });
const count = fc.nat(1000);

/** Pieces of a text whose sizes take turns; 0: an empty piece. */
function pieces(whole: string, sizes: readonly number[]): string[] {
  const all: string[] = [];
  for (let at = 0, turn = 0; at < whole.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    all.push(whole.slice(at, at + size));
    at += size;
    // Sizes that are all 0 would never end.
    if (turn > 1000) return [...all, whole.slice(at)];
  }
  return all;
}

export const anthropicBlock = fc.oneof(
  fc.record({ type: fc.constant('text'), text: said }),
  fc.record({ type: fc.constant('thinking'), thinking: text, signature: said }),
  fc.record({ type: fc.constant('redacted_thinking'), data: said }),
  call.map(({ id, name, input }) => ({ type: 'tool_use', id, name, input })),
);
export const anthropicUsage = fc.record({
  input_tokens: count,
  cache_read_input_tokens: fc.option(count),
  cache_creation_input_tokens: fc.option(count),
  output_tokens: count,
  output_tokens_details: fc.option(fc.record({ thinking_tokens: count })),
});

/** The events that Anthropic streams a message in. */
export function eventsOf(
  message: WireObject,
  blocks: readonly WireObject[],
  usage: WireObject,
  sizes: readonly number[],
) {
  const events: WireObject[] = [
    {
      type: 'message_start',
      message: { ...message, content: [], stop_reason: null, usage: { ...usage, output_tokens: 1 } },
    },
    { type: 'ping' },
  ];
  for (const [index, block] of blocks.entries()) {
    const delta = (delta: WireObject) => ({ type: 'content_block_delta', index, delta });
    const start = (content_block: WireObject) =>
      events.push({ type: 'content_block_start', index, content_block });
    if (block['type'] === 'text') {
      start({ ...block, text: '' });
      for (const text of pieces(`${block['text']}`, sizes)) events.push(delta({ type: 'text_delta', text }));
    } else if (block['type'] === 'thinking') {
      start({ type: 'thinking', thinking: '', signature: '' });
      for (const thinking of pieces(`${block['thinking']}`, sizes)) {
        events.push(delta({ type: 'thinking_delta', thinking }));
      }
      events.push(delta({ type: 'signature_delta', signature: block['signature'] }));
    } else if (block['type'] === 'tool_use') {
      start({ ...block, input: {} });
      const json = JSON.stringify(block['input']);
      for (const partial_json of json === '{}' ? [''] : pieces(json, sizes)) {
        events.push(delta({ type: 'input_json_delta', partial_json }));
      }
    } else {
      start(block);
    }
    events.push({ type: 'content_block_stop', index });
  }
  return [
    ...events,
    { type: 'message_delta', delta: { stop_reason: message['stop_reason'] }, usage },
    { type: 'message_stop' },
  ];
}

export const openAiMessage = fc.record({
  reasoning_content: fc.option(said, { nil: undefined }),
  content: fc.option(said),
  refusal: fc.option(said),
  calls: fc.array(call, { maxLength: 4 }),
});
export const openAiUsage = fc.record({
  prompt_tokens: fc.integer({ min: 2000, max: 9000 }),
  completion_tokens: count,
  prompt_tokens_details: fc.record({ cached_tokens: count, cache_write_tokens: count }),
  completion_tokens_details: fc.record({ reasoning_tokens: count }),
});

/** The chunks that OpenAI streams a completion in. */
export function chunksOf(
  frame: WireObject,
  said: Pick<OpenAiMessage, 'reasoning_content' | 'content' | 'refusal'>,
  tool_calls: readonly OpenAiCall[],
  finish_reason: string,
  usage: WireObject,
  sizes: readonly number[],
): WireObject[] {
  const chunk = (delta: WireObject, finish: string | null = null) => ({
    ...frame,
    choices: [{ index: 0, delta, finish_reason: finish }],
    usage: null,
  });
  const chunks: WireObject[] = [chunk({ role: 'assistant', content: '', refusal: null })];
  for (const name of ['reasoning_content', 'content', 'refusal'] as const) {
    for (const piece of pieces(said[name] ?? '', sizes)) chunks.push(chunk({ [name]: piece }));
  }
  for (const [index, { id, type, function: called }] of tool_calls.entries()) {
    chunks.push(chunk({ tool_calls: [{ index, id, type, function: { ...called, arguments: '' } }] }));
    for (const piece of pieces(called.arguments, sizes)) {
      chunks.push(chunk({ tool_calls: [{ index, function: { arguments: piece } }] }));
    }
  }
  return [...chunks, chunk({}, finish_reason), { ...frame, choices: [], usage }];
}

type Call = typeof call extends fc.Arbitrary<infer T> ? T : never;
type OpenAiMessage = typeof openAiMessage extends fc.Arbitrary<infer T> ? T : never;
type OpenAiCall = ReturnType<typeof openAiCall>;

/** A call as OpenAI writes it. */
export function openAiCall({ id, name, input }: Call) {
  return { id, type: 'function' as const, function: { name, arguments: JSON.stringify(input) } };
}
