import { functionResponse, inlineData } from '../../../providers/gemini/body.ts';
import type { SignedCall } from '../../../providers/gemini/signatures.ts';
import { optionalObject, type WireObject } from '../../../providers/wire.ts';
import { Conversation } from '../gemini/conversation.ts';
import { arrayAt, objectAt, textAt } from '../invalid.ts';
import type { Lost } from '../lost.ts';
import { fromSignature } from './signature.ts';

/** `cache_control` is among them wherever it stands: Gemini's models cache by themselves. */
const TEXT = new Set(['type', 'text', 'cache_control', 'citations']);
const MEDIA = new Set(['type', 'source', 'cache_control']);
const USE = new Set(['type', 'id', 'name', 'input', 'cache_control']);
const RESULT = new Set(['type', 'tool_use_id', 'content', 'is_error', 'cache_control']);

/** Anthropic's messages as Gemini's contents. Results of tools come before what else the user says in the turn. */
export function conversationOf(given: unknown, lost: Lost): Conversation {
  const talk = new Conversation();
  for (const [at, value] of arrayAt(given, 'messages').entries()) {
    const path = `messages.${at}`;
    const message = objectAt(value, path);
    lost.rest(message, path, new Set(['role', 'content']));
    const { role, content } = message;
    if (role === 'user') hear(content, `${path}.content`, talk, lost);
    else if (role === 'assistant') answer(content, `${path}.content`, talk, lost);
    else lost.add(`${path}.role`);
  }
  return talk;
}

/** The system prompt: a text, or blocks of text. */
export function systemOf(system: unknown, lost: Lost): WireObject[] {
  if (system == null) return [];
  if (typeof system === 'string') return [{ text: system }];
  return partsOf(system, 'system', lost, ['text']);
}

function hear(content: unknown, path: string, talk: Conversation, lost: Lost): void {
  if (typeof content === 'string') {
    talk.user([{ text: content }]);
    return;
  }
  const blocks = arrayAt(content, path).map((value, at): [string, WireObject] => [
    `${path}.${at}`,
    objectAt(value, `${path}.${at}`),
  ]);
  for (const [where, block] of blocks) {
    if (block['type'] === 'tool_result') talk.result(resultOf(block, where, talk, lost));
  }
  talk.user(
    blocks.flatMap(([where, block]) => (block['type'] === 'tool_result' ? [] : partOf(block, where, lost))),
  );
}

function resultOf(block: WireObject, path: string, talk: Conversation, lost: Lost): WireObject {
  lost.rest(block, path, RESULT);
  const { content } = block;
  const id = textAt(block['tool_use_id'], `${path}.tool_use_id`);
  const name = talk.nameOf(id, `${path}.tool_use_id`);
  const parts =
    typeof content === 'string'
      ? [{ text: content }]
      : partsOf(content ?? [], `${path}.content`, lost, ['text', 'image']);
  const texts = parts.flatMap(({ text }) => (typeof text === 'string' ? [text] : []));
  const media = parts.filter(({ text }) => text === undefined);
  const said = texts.join('\n\n');
  return functionResponse(
    { id, name },
    block['is_error'] === true ? { error: said } : { output: said },
    media,
  );
}

function partsOf(given: unknown, path: string, lost: Lost, kinds: readonly string[]): WireObject[] {
  return arrayAt(given, path).flatMap((value, at) => {
    const block = objectAt(value, `${path}.${at}`);
    if (kinds.some((kind) => kind === block['type'])) return partOf(block, `${path}.${at}`, lost);
    lost.add(`${path}.${at}`);
    return [];
  });
}

/** A text, an image, a PDF or a document of plain text; Gemini fetches no addresses. */
function partOf(block: WireObject, path: string, lost: Lost): WireObject[] {
  const { type, source } = block;
  if (type === 'text') {
    lost.rest(block, path, TEXT);
    return [{ text: textAt(block['text'], `${path}.text`) }];
  }
  if (type === 'image' || type === 'document') {
    const { type: kind, media_type: mediaType, data } = objectAt(source, `${path}.source`);
    const isTaken = type === 'image' || mediaType === 'application/pdf';
    if (kind === 'base64' && isTaken && typeof mediaType === 'string' && typeof data === 'string') {
      // The title of a document is for its citations.
      lost.rest(block, path, type === 'image' ? MEDIA : new Set([...MEDIA, 'title']));
      return [inlineData(mediaType, data)];
    }
    if (kind === 'text' && type === 'document') {
      lost.rest(block, path, new Set([...MEDIA, 'title']));
      return [{ text: textAt(data, `${path}.source.data`) }];
    }
  }
  lost.add(path);
  return [];
}

function answer(content: unknown, path: string, talk: Conversation, lost: Lost): void {
  if (typeof content === 'string') {
    talk.model(content === '' ? [] : [{ text: content }], []);
    return;
  }
  const said: WireObject[] = [];
  const calls: SignedCall[] = [];
  let signature: string | undefined;
  for (const [at, value] of arrayAt(content, path).entries()) {
    const where = `${path}.${at}`;
    const block = objectAt(value, where);
    switch (block['type']) {
      case 'text':
        lost.rest(block, where, TEXT);
        said.push({ text: textAt(block['text'], `${where}.text`) });
        break;
      case 'tool_use':
        lost.rest(block, where, isDirect(block['caller']) ? new Set([...USE, 'caller']) : USE);
        calls.push({
          id: textAt(block['id'], `${where}.id`),
          name: textAt(block['name'], `${where}.name`),
          args: optionalObject(block['input']) ?? {},
          signature,
        });
        signature = undefined;
        break;
      case 'thinking': {
        // What could be read of Gemini's thoughts it doesn't want back, but their signature.
        const mark = textAt(block['signature'], `${where}.signature`);
        signature = fromSignature(mark) ?? signature;
        if (mark !== '' && fromSignature(mark) === undefined) lost.add(where);
        break;
      }
      default:
        lost.add(where);
    }
  }
  talk.model(said, calls);
}

/** Called by the model itself, not by a server tool. */
const isDirect = (caller: unknown) => optionalObject(caller)?.['type'] === 'direct';
