import type { WireObject } from '../../../providers/wire.ts';
import { callIn, signatureIn, textIn } from '../anthropic/blocks.ts';
import { arrayAt, objectAt, optionalFlagAt, textAt } from '../invalid.ts';
import type { Lost } from '../lost.ts';
import { partOf } from './media.ts';

const RESULT = new Set(['type', 'tool_use_id', 'content', 'is_error']);

/**
 * Anthropic's system prompt and messages as those of a chat completion. Results of tools become messages of their
 * own, and come before what else the user says in the same turn.
 */
export function chatMessagesOf(system: unknown, given: unknown, lost: Lost): WireObject[] {
  const opening = system == null ? [] : [{ role: 'system', content: textsOf(system, 'system', lost) }];
  const turns = arrayAt(given, 'messages').flatMap((value, at) => {
    const path = `messages.${at}`;
    const message = objectAt(value, path);
    lost.rest(message, path, new Set(['role', 'content']));
    const content = message['content'];
    switch (message['role']) {
      case 'user':
        return typeof content === 'string'
          ? [{ role: 'user', content }]
          : saidOf(content, `${path}.content`, lost);
      case 'assistant':
        return [spokenOf(content, `${path}.content`, lost)];
      case 'system':
        return [{ role: 'system', content: textsOf(content, `${path}.content`, lost) }];
      default:
        lost.add(`${path}.role`);
        return [];
    }
  });
  return [...opening, ...turns];
}

function saidOf(content: unknown, path: string, lost: Lost): WireObject[] {
  const results: WireObject[] = [];
  const parts: WireObject[] = [];
  for (const [at, value] of arrayAt(content, path).entries()) {
    const block = objectAt(value, `${path}.${at}`);
    if (block['type'] === 'tool_result') results.push(resultOf(block, `${path}.${at}`, lost));
    else parts.push(...partOf(block, `${path}.${at}`, lost));
  }
  return parts.length > 0 ? [...results, { role: 'user', content: parts }] : results;
}

/** OpenAI's results can't be marked as errors: one says so itself. */
function resultOf(block: WireObject, path: string, lost: Lost): WireObject {
  lost.rest(block, path, RESULT);
  const { content } = block;
  const text = content == null ? '' : textsOf(content, `${path}.content`, lost);
  return {
    role: 'tool',
    tool_call_id: textAt(block['tool_use_id'], `${path}.tool_use_id`),
    content: optionalFlagAt(block['is_error'], `${path}.is_error`) ? `Error: ${text}` : text,
  };
}

function spokenOf(content: unknown, path: string, lost: Lost): WireObject {
  if (typeof content === 'string') return { role: 'assistant', content };
  const texts: string[] = [];
  const calls: WireObject[] = [];
  for (const [at, value] of arrayAt(content, path).entries()) {
    const where = `${path}.${at}`;
    const block = objectAt(value, where);
    switch (block['type']) {
      case 'text':
        texts.push(textIn(block, where, lost));
        break;
      case 'tool_use': {
        const { id, name, input } = callIn(block, where, lost);
        calls.push({ id, type: 'function', function: { name, arguments: JSON.stringify(input) } });
        break;
      }
      case 'thinking':
        // Thoughts without a signature are those of a model that wants none back.
        if (signatureIn(block, where, lost) !== '') lost.add(where);
        break;
      default:
        lost.add(where);
    }
  }
  return {
    role: 'assistant',
    content: texts.length > 0 ? texts.join('') : null,
    ...(calls.length > 0 && { tool_calls: calls }),
  };
}

/** A text, or blocks that are all text. */
function textsOf(content: unknown, path: string, lost: Lost): string {
  if (typeof content === 'string') return content;
  const texts = arrayAt(content, path).flatMap((value, at) => {
    const block = objectAt(value, `${path}.${at}`);
    if (block['type'] !== 'text') {
      lost.add(`${path}.${at}`);
      return [];
    }
    return [textIn(block, `${path}.${at}`, lost)];
  });
  return texts.join('\n\n');
}
