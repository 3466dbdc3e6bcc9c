import type { WireObject } from '../../../providers/wire.ts';
import { arrayAt, objectAt, textAt } from '../invalid.ts';
import type { Lost } from '../lost.ts';

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
    const { name, description, parameters, strict } = definition;
    lost.rest(definition, `${path}.function`, new Set(['name', 'description', 'parameters', 'strict']));
    return [
      {
        name: textAt(name, `${path}.function.name`),
        ...(typeof description === 'string' && { description }),
        // A function without parameters takes none.
        input_schema: parameters ?? { type: 'object', properties: {} },
        ...(strict === true && { strict }),
      },
    ];
  });
}

const NAMES: Readonly<Record<string, string>> = { none: 'none', auto: 'auto', required: 'any' };

export function toolChoiceOf(body: WireObject, lost: Lost): WireObject | undefined {
  const choice = chosen(body['tool_choice'], lost);
  const hasTools = Array.isArray(body['tools']) && body['tools'].length > 0;
  if (body['parallel_tool_calls'] !== false || !hasTools || choice?.['type'] === 'none') return choice;
  return { ...(choice ?? { type: 'auto' }), disable_parallel_tool_use: true };
}

function chosen(choice: unknown, lost: Lost): WireObject | undefined {
  if (choice == null) return undefined;
  if (typeof choice === 'string' && Object.hasOwn(NAMES, choice)) return { type: NAMES[choice] };
  if (typeof choice === 'object' && (choice as WireObject)['type'] === 'function') {
    const named = objectAt((choice as WireObject)['function'], 'tool_choice.function');
    return { type: 'tool', name: textAt(named['name'], 'tool_choice.function.name') };
  }
  lost.add('tool_choice');
  return undefined;
}
