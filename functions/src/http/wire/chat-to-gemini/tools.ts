import { type CallingMode, callingMode, type GeminiBody, toolsOf } from '../../../providers/gemini/body.ts';
import type { WireObject } from '../../../providers/wire.ts';
import { arrayAt, objectAt, textAt } from '../invalid.ts';
import type { Lost } from '../lost.ts';

/**
 * The functions that may be called. A schema that is `strict` binds what is called: Gemini keeps to the schemas of
 * all or none. It can't be kept from calling several at once.
 */
export function calling(body: WireObject, lost: Lost): Pick<GeminiBody, 'tools' | 'toolConfig'> {
  const functions: WireObject[] = [];
  let strict = false;
  for (const [at, value] of arrayAt(body['tools'] ?? [], 'tools').entries()) {
    const path = `tools[${at}]`;
    const tool = objectAt(value, path);
    if (tool['type'] !== 'function') {
      lost.add(path);
      continue;
    }
    lost.rest(tool, path, new Set(['type', 'function']));
    const definition = objectAt(tool['function'], `${path}.function`);
    const { name, description, parameters } = definition;
    lost.rest(definition, `${path}.function`, new Set(['name', 'description', 'parameters', 'strict']));
    strict ||= definition['strict'] === true;
    functions.push({
      name: textAt(name, `${path}.function.name`),
      ...(typeof description === 'string' && { description }),
      // A function without parameters takes none.
      ...(parameters != null && { parametersJsonSchema: parameters }),
    });
  }
  if (body['parallel_tool_calls'] === false && functions.length > 0) lost.add('parallel_tool_calls');
  return { ...toolsOf(functions), ...chosen(body['tool_choice'], strict, lost) };
}

function chosen(choice: unknown, strict: boolean, lost: Lost): Pick<GeminiBody, 'toolConfig'> {
  const modes: Readonly<Record<string, CallingMode>> = {
    none: 'NONE',
    auto: strict ? 'VALIDATED' : 'AUTO',
    required: 'ANY',
  };
  if (choice == null) return strict ? callingMode('VALIDATED') : {};
  const mode = typeof choice === 'string' && Object.hasOwn(modes, choice) ? modes[choice] : undefined;
  if (mode) return callingMode(mode);
  if (typeof choice === 'object' && (choice as WireObject)['type'] === 'function') {
    const named = objectAt((choice as WireObject)['function'], 'tool_choice.function');
    return callingMode('ANY', textAt(named['name'], 'tool_choice.function.name'));
  }
  lost.add('tool_choice');
  return {};
}
