import { SseSplitter } from '../../providers/sse.ts';
import { optionalArray, optionalObject, type WireObject } from '../../providers/wire.ts';
import type { StreamConverter } from './convert.ts';

// What a client makes of a stream: the answer that it would have got whole.

/** The data of all events that a converter writes for a provider's stream. */
export function convertAll(converter: StreamConverter, events: readonly unknown[]): WireObject[] {
  const texts = events.map((event) => converter.event(JSON.stringify(event)) ?? '');
  return dataOf(texts.join('') + converter.end());
}

/** The JSON of each event of a stream; `[DONE]` apart. */
export function dataOf(stream: string): WireObject[] {
  return new SseSplitter()
    .push(new TextEncoder().encode(stream))
    .map(({ data }) => data ?? '')
    .filter((data) => data !== '' && data !== '[DONE]')
    .map((data) => JSON.parse(data) as WireObject);
}

/** Chunks as the completion that they are the parts of: its one choice and its usage. */
export function foldChunks(chunks: readonly WireObject[]): {
  message: WireObject;
  finish: unknown;
  usage: unknown;
} {
  const message: WireObject = { role: undefined, content: null };
  const calls: WireObject[] = [];
  let finish: unknown;
  let usage: unknown;
  for (const chunk of chunks) {
    usage = chunk['usage'] ?? usage;
    const choice = optionalObject(optionalArray(chunk['choices'])[0]);
    if (!choice) continue;
    finish = choice['finish_reason'] ?? finish;
    const { tool_calls: parts, thinking_blocks: blocks, ...delta } = optionalObject(choice['delta']) ?? {};
    for (const [name, value] of Object.entries(delta)) {
      if (name === 'role' || name === 'extra_content') message[name] = value;
      else if (typeof value === 'string') message[name] = `${message[name] ?? ''}${value}`;
    }
    if (blocks)
      message['thinking_blocks'] = [...optionalArray(message['thinking_blocks']), ...optionalArray(blocks)];
    for (const part of optionalArray(parts)) {
      const { index, id, type, function: called, ...rest } = optionalObject(part) ?? {};
      const { name, arguments: input } = optionalObject(called) ?? {};
      const call = calls[Number(index)] ?? { id, type, function: { name, arguments: '' }, ...rest };
      const known = call['function'] as WireObject;
      known['arguments'] = `${known['arguments']}${input ?? ''}`;
      calls[Number(index)] = call;
    }
  }
  return { message: { ...message, ...(calls.length > 0 && { tool_calls: calls }) }, finish, usage };
}

/** Events as the message that they are the parts of. */
export function foldEvents(events: readonly WireObject[]): WireObject {
  let message: WireObject = {};
  const blocks: WireObject[] = [];
  const inputs: string[] = [];
  for (const event of events) {
    const at = Number(event['index']);
    const delta = optionalObject(event['delta']) ?? {};
    const block = blocks[at];
    switch (event['type']) {
      case 'message_start':
        message = { ...optionalObject(event['message']) };
        break;
      case 'content_block_start':
        blocks[at] = { ...optionalObject(event['content_block']) };
        inputs[at] = '';
        break;
      case 'content_block_delta':
        if (!block) throw new Error(`Block ${at} was never opened`);
        if (delta['type'] === 'input_json_delta') inputs[at] += `${delta['partial_json']}`;
        for (const name of ['text', 'thinking']) {
          if (typeof delta[name] === 'string') block[name] = `${block[name]}${delta[name]}`;
        }
        if (delta['type'] === 'signature_delta') block['signature'] = delta['signature'];
        break;
      case 'content_block_stop':
        if (block?.['type'] === 'tool_use' && inputs[at]) block['input'] = JSON.parse(inputs[at]) as unknown;
        break;
      case 'message_delta': {
        const { container: _, ...said } = delta;
        message = {
          ...message,
          ...said,
          usage: { ...optionalObject(message['usage']), ...optionalObject(event['usage']) },
        };
        break;
      }
      default:
    }
  }
  return { ...message, content: blocks };
}
