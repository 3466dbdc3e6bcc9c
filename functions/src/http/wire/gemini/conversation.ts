import type { Content } from '../../../providers/gemini/body.ts';
import { callParts, type SignedCall } from '../../../providers/gemini/signatures.ts';
import type { WireObject } from '../../../providers/wire.ts';
import { invalid } from '../invalid.ts';

/** Contents as they are read, message by message. */
export class Conversation {
  readonly contents: Content[] = [];
  readonly #names = new Map<string, string>();
  #results: WireObject[] | undefined;

  /** What the user says; nothing: no content, for there is none without parts. */
  user(parts: WireObject[]): void {
    this.#results = undefined;
    if (parts.length > 0) this.contents.push({ role: 'user', parts });
  }

  /** What the model said, and the functions that it called. */
  model(said: WireObject[], calls: readonly SignedCall[]): void {
    this.#results = undefined;
    for (const { id, name } of calls) this.#names.set(id, name);
    const parts = [...said, ...callParts(calls)];
    if (parts.length > 0) this.contents.push({ role: 'model', parts });
  }

  /** What a function gave back. The results of functions that were called together are one content. */
  result(part: WireObject): void {
    if (!this.#results) {
      this.#results = [];
      this.contents.push({ role: 'user', parts: this.#results });
    }
    this.#results.push(part);
  }

  /** The function that a call was of: Google wants it named again. @throws GatewayError `invalid_request` */
  nameOf(id: string, path: string): string {
    return this.#names.get(id) ?? invalid(path, 'must be the id of a call before it');
  }
}
