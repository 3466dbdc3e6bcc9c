import { functionResponse, inlineData } from '../../../providers/gemini/body.ts';
import type { SignedCall } from '../../../providers/gemini/signatures.ts';
import type { WireObject } from '../../../providers/wire.ts';
import { callIn, signatureIn, sourceIn, textIn } from '../anthropic/blocks.ts';
import { Conversation } from '../gemini/conversation.ts';
import { arrayAt, objectAt, optionalFlagAt, textAt } from '../invalid.ts';
import type { Lost } from '../lost.ts';
import { fromSignature } from './signature.ts';

const MEDIA = new Set(['type', 'source']);
const RESULT = new Set(['type', 'tool_use_id', 'content', 'is_error']);

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
    optionalFlagAt(block['is_error'], `${path}.is_error`) ? { error: said } : { output: said },
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
  const { type } = block;
  if (type === 'text') return [{ text: textIn(block, path, lost) }];
  if (type === 'image' || type === 'document') {
    const source = sourceIn(block['source'], `${path}.source`, lost);
    if (source && 'data' in source && (type === 'image' || source.mediaType === 'application/pdf')) {
      lost.rest(block, path, MEDIA);
      return [inlineData(source.mediaType, source.data)];
    }
    if (source && 'text' in source && type === 'document') {
      lost.rest(block, path, MEDIA);
      return [{ text: source.text }];
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
        said.push({ text: textIn(block, where, lost) });
        break;
      case 'tool_use': {
        const { id, name, input } = callIn(block, where, lost);
        calls.push({ id, name, args: input, signature });
        signature = undefined;
        break;
      }
      case 'thinking': {
        // What could be read of Gemini's thoughts it doesn't want back, but their signature.
        const mark = signatureIn(block, where, lost);
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
