import type { WireObject } from '../../../providers/wire.ts';
import { arrayAt, objectAt, optionalTextAt, textAt } from '../invalid.ts';
import type { Lost } from '../lost.ts';
import { callIn, spokenOf, textsOf } from '../openai/chat-parts.ts';
import { mediaOf } from './media.ts';

type Turn = { role: 'user' | 'assistant' | 'system'; content: WireObject[] };

/**
 * The messages of a chat completion as those of Anthropic's format. What the system says before the conversation
 * is a field of its own there; the results of tools that were called together are one turn of the user's.
 */
export function messagesOf(given: unknown, lost: Lost): { system: WireObject[]; messages: Turn[] } {
  const system: WireObject[] = [];
  const turns: Turn[] = [];
  for (const [at, value] of arrayAt(given, 'messages').entries()) {
    const path = `messages[${at}]`;
    const message = objectAt(value, path);
    switch (message['role']) {
      case 'system':
      case 'developer': {
        lost.rest(message, path, new Set(['role', 'content']));
        const content = textsOf(message['content'], `${path}.content`, lost).map(textBlock);
        if (turns.length === 0) system.push(...content);
        else turns.push({ role: 'system', content });
        break;
      }
      case 'user':
        lost.rest(message, path, new Set(['role', 'content']));
        add(turns, contentOf(message['content'], `${path}.content`, lost));
        break;
      case 'tool':
        lost.rest(message, path, new Set(['role', 'content', 'tool_call_id']));
        add(turns, [resultOf(message, path, lost)]);
        break;
      case 'assistant':
        turns.push({ role: 'assistant', content: turnOf(message, path, lost) });
        break;
      default:
        lost.add(`${path}.role`);
    }
  }
  return { system, messages: turns };
}

/** A user's turn that follows results of tools is one with them. */
function add(turns: Turn[], content: WireObject[]): void {
  const last = turns.at(-1);
  if (last?.role === 'user' && last.content.at(-1)?.['type'] === 'tool_result') last.content.push(...content);
  else turns.push({ role: 'user', content });
}

function contentOf(content: unknown, path: string, lost: Lost): WireObject[] {
  if (typeof content === 'string') return [textBlock(content)];
  return arrayAt(content, path).flatMap((value, at) => {
    const part = objectAt(value, `${path}[${at}]`);
    if (part['type'] !== 'text') return mediaOf(part, `${path}[${at}]`, lost);
    lost.rest(part, `${path}[${at}]`, new Set(['type', 'text']));
    return [textBlock(textAt(part['text'], `${path}[${at}].text`))];
  });
}

const textBlock = (text: string): WireObject => ({ type: 'text', text });

function resultOf(message: WireObject, path: string, lost: Lost): WireObject {
  const { content } = message;
  return {
    type: 'tool_result',
    tool_use_id: textAt(message['tool_call_id'], `${path}.tool_call_id`),
    content: typeof content === 'string' ? content : textsOf(content, `${path}.content`, lost).map(textBlock),
  };
}

const SPOKEN = new Set(['role', 'content', 'refusal', 'tool_calls', 'thinking_blocks']);
const WITH_THOUGHTS = new Set([...SPOKEN, 'reasoning_content']);

/** Thoughts come first, as they were given; see `answer.ts` for `thinking_blocks`. */
function turnOf(message: WireObject, path: string, lost: Lost): WireObject[] {
  const thoughts = message['thinking_blocks'] ?? [];
  // What of them can be read is in them as well.
  lost.rest(message, path, Array.isArray(thoughts) && thoughts.length > 0 ? WITH_THOUGHTS : SPOKEN);
  const calls = message['tool_calls'] ?? [];
  const refusal = optionalTextAt(message['refusal'], `${path}.refusal`);
  return [
    ...arrayAt(thoughts, `${path}.thinking_blocks`).map((block, at) =>
      objectAt(block, `${path}.thinking_blocks[${at}]`),
    ),
    // Anthropic takes no empty text.
    ...[...spokenOf(message['content'], `${path}.content`, lost), ...(refusal === undefined ? [] : [refusal])]
      .filter((text) => text !== '')
      .map(textBlock),
    ...arrayAt(calls, `${path}.tool_calls`).flatMap((value, at) => {
      const where = `${path}.tool_calls[${at}]`;
      const call = callIn(objectAt(value, where), where, lost);
      return call ? [{ type: 'tool_use', ...call }] : [];
    }),
  ];
}
