import { type CallingMode, callingMode, type GeminiBody, toolsOf } from '../../../providers/gemini/body.ts';
import type { WireObject } from '../../../providers/wire.ts';
import { arrayAt, objectAt, optionalFlagAt, optionalTextAt, textAt } from '../invalid.ts';
import type { Lost } from '../lost.ts';

const CARRIED = new Set(['type', 'name', 'description', 'input_schema', 'strict']);
/** What makes no difference to whoever calls the tool. */
const IDLE = { defer_loading: [false] };

/** The functions that may be called; as for `calling` of chat completions. */
export function calling(body: WireObject, lost: Lost): Pick<GeminiBody, 'tools' | 'toolConfig'> {
  const functions: WireObject[] = [];
  let strict = false;
  for (const [at, value] of arrayAt(body['tools'] ?? [], 'tools').entries()) {
    const path = `tools.${at}`;
    const tool = objectAt(value, path);
    const { type, name, input_schema: parameters } = tool;
    if (type != null && type !== 'custom') {
      lost.add(path);
      continue;
    }
    lost.rest(tool, path, CARRIED, IDLE);
    const description = optionalTextAt(tool['description'], `${path}.description`);
    strict = optionalFlagAt(tool['strict'], `${path}.strict`) || strict;
    functions.push({
      name: textAt(name, `${path}.name`),
      ...(description !== undefined && { description }),
      parametersJsonSchema: objectAt(parameters, `${path}.input_schema`),
    });
  }
  return { ...toolsOf(functions), ...chosen(body['tool_choice'], strict, lost) };
}

function chosen(given: unknown, strict: boolean, lost: Lost): Pick<GeminiBody, 'toolConfig'> {
  const modes: Readonly<Record<string, CallingMode>> = {
    none: 'NONE',
    auto: strict ? 'VALIDATED' : 'AUTO',
    any: 'ANY',
  };
  if (given == null) return strict ? callingMode('VALIDATED') : {};
  const choice = objectAt(given, 'tool_choice');
  const { type, name } = choice;
  // It can't be kept from calling several at once.
  lost.rest(choice, 'tool_choice', new Set(['type', 'name']), { disable_parallel_tool_use: [false] });
  if (type === 'tool') return callingMode('ANY', textAt(name, 'tool_choice.name'));
  const mode = typeof type === 'string' && Object.hasOwn(modes, type) ? modes[type] : undefined;
  if (mode) return callingMode(mode);
  lost.add('tool_choice');
  return {};
}
