import { GatewayError } from '../../../domain/errors.ts';

/** A member of a JSON object and where it stands in the text. */
export interface Member {
  name: string;
  /** Of its value; `end` is the offset after it. */
  start: number;
  end: number;
}

/** Deeper than any request that means something; recursion further on is safe within it. */
const MOST_DEPTH = 200;
const DELIMITER = /[\s,\]}]/g;

/**
 * The members of a JSON object, with their places in the text, so that one can be changed and all else kept as it
 * came.
 *
 * A name that comes twice in an object, at any depth, is refused: parsers differ in which of the two they take, so
 * what is checked here might not be what a provider reads. At the top also names that differ in case alone are the
 * same.
 *
 * @param text JSON that has been parsed without an error; its top is an object
 * @throws GatewayError `invalid_request` for such a name, or nesting that is too deep
 */
export function scanObject(text: string): Member[] {
  const members: Member[] = [];
  /** The names seen in each open object; undefined for an array. */
  const open: (Set<string> | undefined)[] = [];
  let name: string | undefined;
  let start = 0;
  let at = 0;

  const begin = () => {
    if (open.length === 1 && name !== undefined) start = at;
  };
  const finish = (end: number) => {
    if (open.length !== 1 || name === undefined) return;
    members.push({ name, start, end });
    name = undefined;
  };

  /** Whether the next string is a name: after a `{`, and after a `,` in an object. */
  let expectsName = false;
  while (at < text.length) {
    const char = text[at];
    switch (char) {
      case '{':
      case '[':
        begin();
        open.push(char === '{' ? new Set() : undefined);
        if (open.length > MOST_DEPTH)
          throw new GatewayError('invalid_request', 'The body is nested too deeply.');
        expectsName = char === '{';
        at += 1;
        break;
      case '}':
      case ']':
        open.pop();
        expectsName = false;
        at += 1;
        finish(at);
        break;
      case ',':
        expectsName = open.at(-1) !== undefined;
        at += 1;
        break;
      case '"': {
        const end = endOfString(text, at);
        if (expectsName) {
          const found = nameIn(text, at, end);
          note(open.at(-1), found, open.length === 1);
          if (open.length === 1) name = found;
          expectsName = false;
        } else {
          begin();
          finish(end);
        }
        at = end;
        break;
      }
      case ':':
      case ' ':
      case '\n':
      case '\r':
      case '\t':
        at += 1;
        break;
      default: {
        begin();
        DELIMITER.lastIndex = at;
        const end = DELIMITER.exec(text)?.index ?? text.length;
        finish(end);
        at = end;
      }
    }
  }
  return members;
}

function note(names: Set<string> | undefined, found: string, isTop: boolean): void {
  const name = isTop ? found.toLowerCase() : found;
  if (names?.has(name)) {
    throw new GatewayError('invalid_request', `The body has ${JSON.stringify(found)} twice in one object.`);
  }
  names?.add(name);
}

/** The offset after a string's closing quote. */
function endOfString(text: string, start: number): number {
  for (let quote = text.indexOf('"', start + 1); ; quote = text.indexOf('"', quote + 1)) {
    let slashes = 0;
    while (text[quote - 1 - slashes] === '\\') slashes += 1;
    if (slashes % 2 === 0) return quote + 1;
  }
}

function nameIn(text: string, start: number, end: number): string {
  const name = text.slice(start + 1, end - 1);
  return name.includes('\\') ? (JSON.parse(text.slice(start, end)) as string) : name;
}
