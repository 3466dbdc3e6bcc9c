import { functionResponse } from '../../../providers/gemini/body.ts';
import type { SignedCall } from '../../../providers/gemini/signatures.ts';
import type { WireObject } from '../../../providers/wire.ts';
import { Conversation } from '../gemini/conversation.ts';
import { arrayAt, objectAt, optionalObjectAt, optionalTextAt, textAt } from '../invalid.ts';
import type { Lost } from '../lost.ts';
import { callIn, spokenOf, textsOf } from '../openai/chat-parts.ts';
import { mediaOf } from './media.ts';

/**
 * The messages of a chat completion as Gemini's contents. What the system says before the conversation is a field
 * of its own there; later on it has no place.
 */
export function conversationOf(given: unknown, lost: Lost): { system: WireObject[]; talk: Conversation } {
  const system: WireObject[] = [];
  const talk = new Conversation();
  for (const [at, value] of arrayAt(given, 'messages').entries()) {
    const path = `messages[${at}]`;
    const message = objectAt(value, path);
    switch (message['role']) {
      case 'system':
      case 'developer':
        lost.rest(message, path, new Set(['role', 'content']));
        if (talk.contents.length > 0) lost.add(`${path}.role`);
        else system.push(...textsOf(message['content'], `${path}.content`, lost).map((text) => ({ text })));
        break;
      case 'user':
        lost.rest(message, path, new Set(['role', 'content']));
        talk.user(saidOf(message['content'], `${path}.content`, lost));
        break;
      case 'tool': {
        lost.rest(message, path, new Set(['role', 'content', 'tool_call_id']));
        const id = textAt(message['tool_call_id'], `${path}.tool_call_id`);
        const output = textsOf(message['content'], `${path}.content`, lost).join('\n\n');
        talk.result(functionResponse({ id, name: talk.nameOf(id, `${path}.tool_call_id`) }, { output }));
        break;
      }
      case 'assistant':
        answer(message, path, talk, lost);
        break;
      default:
        lost.add(`${path}.role`);
    }
  }
  return { system, talk };
}

function saidOf(content: unknown, path: string, lost: Lost): WireObject[] {
  if (typeof content === 'string') return [{ text: content }];
  return arrayAt(content, path).flatMap((value, at) => {
    const part = objectAt(value, `${path}[${at}]`);
    if (part['type'] !== 'text') return mediaOf(part, `${path}[${at}]`, lost);
    lost.rest(part, `${path}[${at}]`, new Set(['type', 'text']));
    return [{ text: textAt(part['text'], `${path}[${at}].text`) }];
  });
}

/** What could be read of the model's thoughts it doesn't want back: they are in the signatures. */
const ANSWER = new Set(['role', 'content', 'refusal', 'tool_calls', 'reasoning_content', 'extra_content']);

function answer(message: WireObject, path: string, talk: Conversation, lost: Lost): void {
  lost.rest(message, path, ANSWER);
  const refusal = optionalTextAt(message['refusal'], `${path}.refusal`);
  const texts = [
    ...spokenOf(message['content'], `${path}.content`, lost),
    ...(refusal === undefined ? [] : [refusal]),
  ].filter((text) => text !== '');
  const signature = signatureIn(message, path, lost);
  // It came with the last of the text, or after it.
  if (signature !== undefined && texts.length === 0) texts.push('');
  const said = texts.map((text, at) => ({
    text,
    ...(signature !== undefined && at === texts.length - 1 && { thoughtSignature: signature }),
  }));
  const calls = arrayAt(message['tool_calls'] ?? [], `${path}.tool_calls`).flatMap((call, at) =>
    callOf(call, `${path}.tool_calls[${at}]`, lost),
  );
  talk.model(said, calls);
}

function callOf(value: unknown, path: string, lost: Lost): SignedCall[] {
  const call = objectAt(value, path);
  const called = callIn(call, path, lost, ['extra_content']);
  if (!called) return [];
  const { id, name, input } = called;
  return [{ id, name, args: input, signature: signatureIn(call, path, lost) }];
}

/** Where Google's own endpoint of this format has it: https://ai.google.dev/gemini-api/docs/thought-signatures. */
function signatureIn(holder: WireObject, path: string, lost: Lost): string | undefined {
  const extra = optionalObjectAt(holder['extra_content'], `${path}.extra_content`);
  const google = optionalObjectAt(extra['google'], `${path}.extra_content.google`);
  lost.rest(extra, `${path}.extra_content`, new Set(['google']));
  lost.rest(google, `${path}.extra_content.google`, new Set(['thought_signature']));
  return optionalTextAt(google['thought_signature'], `${path}.extra_content.google.thought_signature`);
}
