import { objectIn, type WireObject } from '../../../providers/wire.ts';
import { arrayAt, invalid, objectAt, optionalFlagAt, optionalTextAt, textAt } from '../invalid.ts';
import type { Lost } from '../lost.ts';

/** What system, developer and tool messages say: a text, or parts that are all text. */
export function textsOf(content: unknown, path: string, lost: Lost): string[] {
  return saidIn(content, path, lost, ['text']);
}

/** What an assistant's message says: a text, or parts that are text or a refusal; nothing where it only calls. */
export function spokenOf(content: unknown, path: string, lost: Lost): string[] {
  return content == null ? [] : saidIn(content, path, lost, ['text', 'refusal']);
}

function saidIn(content: unknown, path: string, lost: Lost, kinds: readonly string[]): string[] {
  if (typeof content === 'string') return [content];
  return arrayAt(content, path).flatMap((value, at) => {
    const where = `${path}[${at}]`;
    const part = objectAt(value, where);
    const kind = kinds.find((each) => each === part['type']);
    if (kind === undefined) {
      lost.add(where);
      return [];
    }
    lost.rest(part, where, new Set(['type', kind]));
    return [textAt(part[kind], `${where}.${kind}`)];
  });
}

export interface FunctionCall {
  id: string;
  name: string;
  input: WireObject;
}

/** Streams number their calls, and some clients keep the number. */
const CALL = ['id', 'type', 'function', 'index'];

/** A call of a function, as an assistant's message has it. @param more fields of it that the caller reads */
export function callIn(
  call: WireObject,
  path: string,
  lost: Lost,
  more: readonly string[] = [],
): FunctionCall | undefined {
  if (call['type'] !== undefined && call['type'] !== 'function') {
    lost.add(path);
    return undefined;
  }
  const called = objectAt(call['function'], `${path}.function`);
  lost.rest(call, path, new Set([...CALL, ...more]));
  lost.rest(called, `${path}.function`, new Set(['name', 'arguments']));
  const text = textAt(called['arguments'], `${path}.function.arguments`);
  return {
    id: textAt(call['id'], `${path}.id`),
    name: textAt(called['name'], `${path}.function.name`),
    input:
      text.trim() === ''
        ? {}
        : (objectIn(text) ?? invalid(`${path}.function.arguments`, 'must be the JSON of an object')),
  };
}

/** The JSON schema that an answer is to be of, of a format of the type `json_schema`. */
export function schemaIn(format: WireObject, lost: Lost): WireObject {
  const path = 'response_format.json_schema';
  const definition = objectAt(format['json_schema'], path);
  // The name is a label for the caller's own use; a schema is kept to whether `strict` or not.
  optionalTextAt(definition['name'], `${path}.name`);
  optionalFlagAt(definition['strict'], `${path}.strict`);
  lost.rest(definition, path, new Set(['name', 'schema', 'strict']));
  return objectAt(definition['schema'], `${path}.schema`);
}

/** A choice of tools: a word, or the name of a function; undefined where it is neither. */
export function choiceIn(choice: unknown, lost: Lost): string | { name: string } | undefined {
  if (typeof choice === 'string') return choice;
  const object = objectAt(choice, 'tool_choice');
  if (object['type'] !== 'function') return undefined;
  const named = objectAt(object['function'], 'tool_choice.function');
  lost.rest(object, 'tool_choice', new Set(['type', 'function']));
  lost.rest(named, 'tool_choice.function', new Set(['name']));
  return { name: textAt(named['name'], 'tool_choice.function.name') };
}
