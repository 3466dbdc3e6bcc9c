/** Code that stands for a value: a variable, or a call. */
export class Expression {
  readonly code: string;

  constructor(code: string) {
    this.code = code;
  }
}

export interface Language {
  none: string;
  yes: string;
  no: string;
  key: (name: string) => string;
}

export const JAVASCRIPT: Language = {
  none: 'null',
  yes: 'true',
  no: 'false',
  key: (name) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name)),
};

/** A JSON string is a Python one as well. */
export const PYTHON: Language = {
  none: 'None',
  yes: 'True',
  no: 'False',
  key: (name) => JSON.stringify(name),
};

/** What stands on one line; longer lists and objects are broken up. */
const LINE = 72;

/** A value as a literal of the language. @param indent of the line that it begins on */
export function print(value: unknown, language: Language, indent = ''): string {
  if (value instanceof Expression) return value.code;
  if (value === null || value === undefined) return language.none;
  if (typeof value === 'boolean') return value ? language.yes : language.no;
  if (typeof value !== 'object') return JSON.stringify(value);
  const inner = `${indent}  `;
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  const items = Array.isArray(value)
    ? value.map((each) => print(each, language, inner))
    : Object.entries(value).map(([name, each]) => `${language.key(name)}: ${print(each, language, inner)}`);
  if (items.length === 0) return `${open}${close}`;
  const space = Array.isArray(value) ? '' : ' ';
  const line = `${open}${space}${items.join(', ')}${space}${close}`;
  if (line.length <= LINE && !line.includes('\n')) return line;
  return `${open}\n${items.map((item) => `${inner}${item},\n`).join('')}${indent}${close}`;
}
