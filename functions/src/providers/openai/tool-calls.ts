import type { ToolCall } from '../contract.ts';
import { optionalArray, optionalObject } from '../wire.ts';

/** The calls of functions in a message; a custom tool's are left out, for none is ever offered. */
export function toolCallsOf(message: Readonly<Record<string, unknown>>): ToolCall[] {
  const calls = new ToolCalls();
  for (const [at, call] of optionalArray(message['tool_calls']).entries()) calls.add(call, at);
  return calls.whole();
}

/** The calls of a streamed message: their pieces come by index, in any order. */
export class ToolCalls {
  readonly #calls = new Map<number, ToolCall>();

  /** @returns bytes of what the model wrote in it */
  take(delta: Readonly<Record<string, unknown>>): number {
    return optionalArray(delta['tool_calls']).reduce((bytes: number, piece) => {
      const { index } = optionalObject(piece) ?? {};
      return bytes + this.add(piece, typeof index === 'number' ? index : 0);
    }, 0);
  }

  add(piece: unknown, index: number): number {
    const { id, function: called } = optionalObject(piece) ?? {};
    const { name, arguments: text } = optionalObject(called) ?? {};
    if (called === undefined) return 0;
    const call = this.#calls.get(index) ?? { id: '', name: '', arguments: '' };
    this.#calls.set(index, call);
    // The id and the name come once; some providers of the format repeat them with each piece.
    if (typeof id === 'string' && id !== '') call.id = id;
    if (typeof name === 'string' && name !== '') call.name = name;
    if (typeof text !== 'string') return 0;
    call.arguments += text;
    return Buffer.byteLength(text);
  }

  /** In the order of their indexes. A call without arguments has none: `{}`. */
  whole(): ToolCall[] {
    return [...this.#calls]
      .sort(([one], [other]) => one - other)
      .map(([, call]) => ({ ...call, arguments: call.arguments.trim() === '' ? '{}' : call.arguments }));
  }
}
