import type { WireObject } from '../../../providers/wire.ts';
import { arrayAt, objectAt, optionalFlagAt, optionalTextAt, textAt } from '../invalid.ts';
import type { Lost } from '../lost.ts';
import { choiceIn } from '../openai/chat-parts.ts';

export function toolsOf(given: unknown, lost: Lost): WireObject[] | undefined {
  if (given == null) return undefined;
  return arrayAt(given, 'tools').flatMap((value, at) => {
    const path = `tools[${at}]`;
    const tool = objectAt(value, path);
    if (tool['type'] !== 'function') {
      lost.add(path);
      return [];
    }
    lost.rest(tool, path, new Set(['type', 'function']));
    const definition = objectAt(tool['function'], `${path}.function`);
    const { name, parameters } = definition;
    const description = optionalTextAt(definition['description'], `${path}.function.description`);
    const strict = optionalFlagAt(definition['strict'], `${path}.function.strict`);
    lost.rest(definition, `${path}.function`, new Set(['name', 'description', 'parameters', 'strict']));
    return [
      {
        name: textAt(name, `${path}.function.name`),
        ...(description !== undefined && { description }),
        // A function without parameters takes none.
        input_schema:
          parameters == null
            ? { type: 'object', properties: {} }
            : objectAt(parameters, `${path}.function.parameters`),
        ...(strict === true && { strict }),
      },
    ];
  });
}

const NAMES: Readonly<Record<string, string>> = { none: 'none', auto: 'auto', required: 'any' };

export function toolChoiceOf(body: WireObject, lost: Lost): WireObject | undefined {
  const choice = choiceOf(body['tool_choice'], lost);
  const hasTools = Array.isArray(body['tools']) && body['tools'].length > 0;
  if (body['parallel_tool_calls'] !== false || !hasTools || choice?.['type'] === 'none') return choice;
  return { ...(choice ?? { type: 'auto' }), disable_parallel_tool_use: true };
}

function choiceOf(choice: unknown, lost: Lost): WireObject | undefined {
  if (choice == null) return undefined;
  const chosen = choiceIn(choice, lost);
  if (typeof chosen === 'object') return { type: 'tool', name: chosen.name };
  if (chosen !== undefined && Object.hasOwn(NAMES, chosen)) return { type: NAMES[chosen] };
  lost.add('tool_choice');
  return undefined;
}
