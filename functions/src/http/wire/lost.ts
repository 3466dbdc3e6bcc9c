import type { WireObject } from '../../providers/wire.ts';

/**
 * Fields that the answer is the same without, whatever they say: what to cache, whose request it is, what a document
 * is called, how an answer is delivered. Clients send them with every request.
 */
const HINTS = new Set([
  'cache_control',
  'prompt_cache_key',
  'prompt_cache_retention',
  'user',
  'user_id',
  'safety_identifier',
  'title',
  'filename',
  'display',
  'eager_input_streaming',
]);

/**
 * What of a request another format can't carry: the paths of the fields, as a caller would write them. Nothing is
 * left out without being named here.
 */
export class Lost {
  /** Those without which it is another request. */
  readonly fields: string[] = [];
  /** Those that are left out whether the client says so or not. */
  readonly hints: string[] = [];

  add(path: string): void {
    this.fields.push(path);
  }

  hint(path: string): void {
    this.hints.push(path);
  }

  /**
   * Names every field of an object that nobody reads.
   *
   * @param path of the object; empty for the body itself
   * @param carried the names that are read
   * @param idle values that say what is so anyway
   */
  rest(
    object: WireObject,
    path: string,
    carried: ReadonlySet<string>,
    idle: Readonly<Record<string, readonly unknown[]>> = {},
  ): void {
    for (const [name, value] of Object.entries(object)) {
      if (carried.has(name) || value === null || value === undefined) continue;
      if (Array.isArray(value) && value.length === 0) continue;
      if (Object.hasOwn(idle, name) && idle[name]?.includes(value)) continue;
      const where = path === '' ? name : `${path}.${name}`;
      if (HINTS.has(name)) this.hint(where);
      else this.add(where);
    }
  }
}
