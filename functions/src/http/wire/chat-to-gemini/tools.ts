import { type CallingMode, callingMode, type GeminiBody, toolsOf } from '../../../providers/gemini/body.ts';
import type { WireObject } from '../../../providers/wire.ts';
import { arrayAt, objectAt, optionalFlagAt, optionalTextAt, textAt } from '../invalid.ts';
import type { Lost } from '../lost.ts';
import { choiceIn } from '../openai/chat-parts.ts';

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
    const { name, parameters } = definition;
    const description = optionalTextAt(definition['description'], `${path}.function.description`);
    lost.rest(definition, `${path}.function`, new Set(['name', 'description', 'parameters', 'strict']));
    strict = optionalFlagAt(definition['strict'], `${path}.function.strict`) || strict;
    functions.push({
      name: textAt(name, `${path}.function.name`),
      ...(description !== undefined && { description }),
      // A function without parameters takes none.
      ...(parameters != null && {
        parametersJsonSchema: objectAt(parameters, `${path}.function.parameters`),
      }),
    });
  }
  if (body['parallel_tool_calls'] === false && functions.length > 0) lost.add('parallel_tool_calls');
  return { ...toolsOf(functions), ...choiceOf(body['tool_choice'], strict, lost) };
}

function choiceOf(choice: unknown, strict: boolean, lost: Lost): Pick<GeminiBody, 'toolConfig'> {
  const modes: Readonly<Record<string, CallingMode>> = {
    none: 'NONE',
    auto: strict ? 'VALIDATED' : 'AUTO',
    required: 'ANY',
  };
  if (choice == null) return strict ? callingMode('VALIDATED') : {};
  const chosen = choiceIn(choice, lost);
  if (typeof chosen === 'object') return callingMode('ANY', chosen.name);
  const mode = chosen !== undefined && Object.hasOwn(modes, chosen) ? modes[chosen] : undefined;
  if (mode) return callingMode(mode);
  lost.add('tool_choice');
  return {};
}
