/**
 * A prompt can steer the sandbox: `[[sandbox: tokens=200 cached=100 tool=get_weather text="Hi"]]`.
 * Only the last user turn's directives count. A mistake in one is an error, so that no test passes by a typo.
 */

export type StopDirective = 'stop' | 'length' | 'content_filter' | 'refusal';

export interface Directives {
  /** Visible output tokens, exactly. */
  tokens?: number;
  /** The visible answer, word for word. */
  text?: string;
  reasoning?: number;
  /** Input tokens in all; raised where cached and written ones need more room. */
  input?: number;
  cached?: number;
  cacheWrite?: number;
  cacheWriteLong?: number;
  stop?: StopDirective;
  /** Names of the tools to call, in parallel; empty: call none. */
  tools?: string[];
  /** Arguments of every call, as JSON text. */
  args?: string;
  /** Milliseconds between streamed chunks; once before an answer that is not streamed. */
  delay?: number;
  /** A fault for this request alone, and its parameters. */
  fault?: Record<string, string>;
}

export class DirectiveError extends Error {
  override name = 'DirectiveError';
}

const DIRECTIVE = /\[\[sandbox:((?:"(?:\\.|[^"\\])*"|'[^']*'|[^\]"']|\](?!\]))*)\]\]/g;
const PAIR = /([A-Za-z_]+)=("(?:\\.|[^"\\])*"|'[^']*'|[^\s"']+)|(\S+)/g;
const STOPS: readonly string[] = ['stop', 'length', 'content_filter', 'refusal'];
const FAULT_PARAMETERS = new Set(['retryAfterSeconds', 'afterEvents', 'delayMs', 'status']);
const MAX_COUNT = 1_000_000;

/** The prompt without its directives. */
export function withoutDirectives(text: string): string {
  return text.replace(DIRECTIVE, '').trim();
}

/** @throws {DirectiveError} for an unknown key or a bad value. */
export function parseDirectives(text: string): Directives {
  const directives: Directives = {};
  for (const [, inside = ''] of text.matchAll(DIRECTIVE)) {
    for (const [whole, key, value] of inside.matchAll(PAIR)) {
      if (key === undefined || value === undefined) throw new DirectiveError(`"${whole}" is not key=value`);
      apply(directives, key, unquote(value));
    }
  }
  return directives;
}

function apply(directives: Directives, key: string, value: string): void {
  if (FAULT_PARAMETERS.has(key)) {
    directives.fault = { ...directives.fault, [key]: value };
    return;
  }
  switch (key) {
    case 'tokens':
    case 'reasoning':
    case 'input':
    case 'cached':
    case 'delay':
      directives[key] = count(key, value);
      return;
    case 'cache_write':
      directives.cacheWrite = count(key, value);
      return;
    case 'cache_write_long':
      directives.cacheWriteLong = count(key, value);
      return;
    case 'text':
    case 'args':
      directives[key] = value;
      return;
    case 'stop':
      if (!STOPS.includes(value)) throw new DirectiveError(`stop is one of ${STOPS.join(', ')}`);
      directives.stop = value as StopDirective;
      return;
    case 'tool':
      directives.tools = value === 'none' ? [] : value.split(',');
      return;
    case 'fault':
      directives.fault = { ...directives.fault, kind: value };
      return;
    default:
      throw new DirectiveError(`there is no "${key}"`);
  }
}

function count(key: string, value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 0 || number > MAX_COUNT) {
    throw new DirectiveError(`${key} is an integer from 0 to ${MAX_COUNT}`);
  }
  return number;
}

function unquote(value: string): string {
  if (value.startsWith("'")) return value.slice(1, -1);
  if (!value.startsWith('"')) return value;
  return value.slice(1, -1).replace(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char));
}
