import type { WireObject } from '../../../providers/wire.ts';
import { positiveInteger } from '../fields.ts';
import { objectAt, optionalObjectAt, optionalTextAt, textAt } from '../invalid.ts';
import type { Lost } from '../lost.ts';
import type { FunctionCall } from '../openai/chat-parts.ts';

const TEXT = new Set(['type', 'text']);
const USE = new Set(['type', 'id', 'name', 'input', 'caller']);
const THINKING = new Set(['type', 'thinking', 'signature']);

/** What a block of text says. */
export function textIn(block: WireObject, path: string, lost: Lost): string {
  lost.rest(block, path, TEXT);
  return textAt(block['text'], `${path}.text`);
}

/** A call of a tool, made by the model itself: one that a server tool has made can't be carried. */
export function callIn(block: WireObject, path: string, lost: Lost): FunctionCall {
  lost.rest(block, path, USE);
  const caller = optionalObjectAt(block['caller'], `${path}.caller`);
  if (block['caller'] != null && caller['type'] !== 'direct') lost.add(`${path}.caller`);
  else lost.rest(caller, `${path}.caller`, new Set(['type']));
  return {
    id: textAt(block['id'], `${path}.id`),
    name: textAt(block['name'], `${path}.name`),
    input: optionalObjectAt(block['input'], `${path}.input`),
  };
}

/** The signature of a block of thoughts; what can be read of them no other format wants back. */
export function signatureIn(block: WireObject, path: string, lost: Lost): string {
  lost.rest(block, path, THINKING);
  optionalTextAt(block['thinking'], `${path}.thinking`);
  return textAt(block['signature'], `${path}.signature`);
}

/** Bytes of an image or a document, in the request itself or at an address; undefined where they are elsewhere. */
export type MediaSource = { mediaType: string; data: string } | { text: string } | { url: string };

const SOURCES: Readonly<Record<string, ReadonlySet<string>>> = {
  base64: new Set(['type', 'media_type', 'data']),
  text: new Set(['type', 'media_type', 'data']),
  url: new Set(['type', 'url']),
};

export function sourceIn(given: unknown, path: string, lost: Lost): MediaSource | undefined {
  const source = objectAt(given, path);
  const kind = `${source['type']}`;
  if (!Object.hasOwn(SOURCES, kind)) return undefined;
  lost.rest(source, path, SOURCES[kind] as ReadonlySet<string>);
  if (kind === 'url') return { url: textAt(source['url'], `${path}.url`) };
  const data = textAt(source['data'], `${path}.data`);
  if (kind === 'text') return { text: data };
  return { mediaType: textAt(source['media_type'], `${path}.media_type`), data };
}

/** The JSON schema that an answer is to be of. */
export function schemaIn(format: unknown, lost: Lost): WireObject | undefined {
  if (format == null) return undefined;
  const path = 'output_config.format';
  const object = objectAt(format, path);
  if (object['type'] !== 'json_schema') {
    lost.add(path);
    return undefined;
  }
  lost.rest(object, path, new Set(['type', 'schema']));
  return objectAt(object['schema'], `${path}.schema`);
}

/** What is asked of thinking, checked. */
export function thinkingIn(given: unknown, lost: Lost): { type?: string; budget?: number; display?: string } {
  if (given == null) return {};
  const thinking = objectAt(given, 'thinking');
  lost.rest(thinking, 'thinking', new Set(['type', 'budget_tokens', 'display']));
  const budget = positiveInteger(thinking, 'budget_tokens');
  const display = optionalTextAt(thinking['display'], 'thinking.display');
  return {
    type: textAt(thinking['type'], 'thinking.type'),
    ...(budget !== undefined && { budget }),
    ...(display !== undefined && { display }),
  };
}
