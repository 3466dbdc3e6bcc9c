import type { WireObject } from '../../providers/wire.ts';

/**
 * What of a request another format can't carry: the paths of the fields, as a caller would write them. Nothing is
 * left out without being named here.
 */
export class Lost {
  readonly fields: string[] = [];

  add(path: string): void {
    this.fields.push(path);
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
      this.add(path === '' ? name : `${path}.${name}`);
    }
  }
}
