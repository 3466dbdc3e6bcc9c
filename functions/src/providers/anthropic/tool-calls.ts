import type { ToolCall } from '../contract.ts';
import type { WireObject } from '../wire.ts';

/**
 * A `tool_use` block as a call. A whole answer has the input as a value, a stream as the text that the model wrote:
 * that is written as the value would be, so that both read the same, unless it is no JSON because it was cut.
 *
 * @param text the pieces of the input, joined; undefined where the block has it whole
 */
export function toolCallOf({ id, name, input }: WireObject, text?: string): ToolCall {
  return { id: `${id}`, name: `${name}`, arguments: text ? compact(text) : JSON.stringify(input ?? {}) };
}

function compact(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return text;
  }
}
