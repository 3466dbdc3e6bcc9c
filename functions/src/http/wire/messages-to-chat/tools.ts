import type { WireObject } from '../../../providers/wire.ts';
import { arrayAt, objectAt, optionalFlagAt, optionalTextAt, textAt } from '../invalid.ts';
import type { Lost } from '../lost.ts';

const CARRIED = new Set(['type', 'name', 'description', 'input_schema', 'strict']);
/** What makes no difference to whoever calls the tool. */
const IDLE = { defer_loading: [false] };

export function chatToolsOf(given: unknown, lost: Lost): WireObject[] | undefined {
  if (given == null) return undefined;
  const tools = arrayAt(given, 'tools').flatMap((value, at) => {
    const path = `tools.${at}`;
    const tool = objectAt(value, path);
    const { type, name, input_schema: parameters } = tool;
    if (type != null && type !== 'custom') {
      lost.add(path);
      return [];
    }
    lost.rest(tool, path, CARRIED, IDLE);
    const description = optionalTextAt(tool['description'], `${path}.description`);
    const strict = optionalFlagAt(tool['strict'], `${path}.strict`);
    return [
      {
        type: 'function',
        function: {
          name: textAt(name, `${path}.name`),
          ...(description !== undefined && { description }),
          parameters: objectAt(parameters, `${path}.input_schema`),
          ...(strict !== undefined && { strict }),
        },
      },
    ];
  });
  return tools.length > 0 ? tools : undefined;
}

const NAMES: Readonly<Record<string, string>> = { none: 'none', auto: 'auto', any: 'required' };

export function chatToolChoiceOf(given: unknown, lost: Lost): { choice?: unknown; parallel?: boolean } {
  if (given == null) return {};
  const choice = objectAt(given, 'tool_choice');
  const { type, name } = choice;
  const single = optionalFlagAt(choice['disable_parallel_tool_use'], 'tool_choice.disable_parallel_tool_use');
  lost.rest(choice, 'tool_choice', new Set(['type', 'name', 'disable_parallel_tool_use']));
  const parallel = single ? { parallel: false } : {};
  if (type === 'tool') {
    return {
      choice: { type: 'function', function: { name: textAt(name, 'tool_choice.name') } },
      ...parallel,
    };
  }
  if (typeof type === 'string' && Object.hasOwn(NAMES, type)) return { choice: NAMES[type], ...parallel };
  lost.add('tool_choice');
  return parallel;
}
