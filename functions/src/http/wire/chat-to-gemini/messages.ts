import { functionResponse } from '../../../providers/gemini/body.ts';
import type { SignedCall } from '../../../providers/gemini/signatures.ts';
import { objectIn, optionalObject, type WireObject } from '../../../providers/wire.ts';
import { Conversation } from '../gemini/conversation.ts';
import { arrayAt, invalid, objectAt, textAt } from '../invalid.ts';
import type { Lost } from '../lost.ts';
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
        else system.push(...textsOf(message['content'], `${path}.content`).map((text) => ({ text })));
        break;
      case 'user':
        lost.rest(message, path, new Set(['role', 'content']));
        talk.user(saidOf(message['content'], `${path}.content`, lost));
        break;
      case 'tool': {
        lost.rest(message, path, new Set(['role', 'content', 'tool_call_id']));
        const id = textAt(message['tool_call_id'], `${path}.tool_call_id`);
        const output = textsOf(message['content'], `${path}.content`).join('\n\n');
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

function textsOf(content: unknown, path: string): string[] {
  if (typeof content === 'string') return [content];
  return arrayAt(content, path).map((part, at) =>
    textAt(optionalObject(part)?.['text'], `${path}[${at}].text`),
  );
}

/** What could be read of the model's thoughts it doesn't want back: they are in the signatures. */
const ANSWER = new Set(['role', 'content', 'refusal', 'tool_calls', 'reasoning_content', 'extra_content']);

function answer(message: WireObject, path: string, talk: Conversation, lost: Lost): void {
  lost.rest(message, path, ANSWER);
  const { content, refusal } = message;
  const texts = [
    ...(content == null ? [] : spokenOf(content, `${path}.content`)),
    ...(typeof refusal === 'string' ? [refusal] : []),
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

function spokenOf(content: unknown, path: string): string[] {
  if (typeof content === 'string') return [content];
  return arrayAt(content, path).map((value, at) => {
    const part = objectAt(value, `${path}[${at}]`);
    return textAt(part['text'] ?? part['refusal'], `${path}[${at}].text`);
  });
}

function callOf(value: unknown, path: string, lost: Lost): SignedCall[] {
  const call = objectAt(value, path);
  if (call['type'] !== undefined && call['type'] !== 'function') {
    lost.add(path);
    return [];
  }
  const called = objectAt(call['function'], `${path}.function`);
  const text = textAt(called['arguments'], `${path}.function.arguments`);
  const args = text.trim() === '' ? {} : objectIn(text);
  return [
    {
      id: textAt(call['id'], `${path}.id`),
      name: textAt(called['name'], `${path}.function.name`),
      args: args ?? invalid(`${path}.function.arguments`, 'must be the JSON of an object'),
      signature: signatureIn(call, path, lost),
    },
  ];
}

/** Where Google's own endpoint of this format has it: https://ai.google.dev/gemini-api/docs/thought-signatures. */
function signatureIn(holder: WireObject, path: string, lost: Lost): string | undefined {
  const extra = optionalObject(holder['extra_content']) ?? {};
  const google = optionalObject(extra['google']) ?? {};
  lost.rest(extra, `${path}.extra_content`, new Set(['google']));
  lost.rest(google, `${path}.extra_content.google`, new Set(['thought_signature']));
  const signature = google['thought_signature'];
  return signature == null ? undefined : textAt(signature, `${path}.extra_content.google.thought_signature`);
}
