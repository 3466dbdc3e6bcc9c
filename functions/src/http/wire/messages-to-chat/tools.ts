import type { WireObject } from '../../../providers/wire.ts';
import { arrayAt, objectAt, textAt } from '../invalid.ts';
import type { Lost } from '../lost.ts';

const CARRIED = new Set(['type', 'name', 'description', 'input_schema', 'strict', 'cache_control']);
/** What makes no difference to whoever calls the tool. */
const IDLE = { defer_loading: [false], eager_input_streaming: [false, true] };

export function chatToolsOf(given: unknown, lost: Lost): WireObject[] | undefined {
  if (given == null) return undefined;
  const tools = arrayAt(given, 'tools').flatMap((value, at) => {
    const path = `tools.${at}`;
    const tool = objectAt(value, path);
    const { type, name, description, input_schema: parameters, strict } = tool;
    if (type != null && type !== 'custom') {
      lost.add(path);
      return [];
    }
    lost.rest(tool, path, CARRIED, IDLE);
    return [
      {
        type: 'function',
        function: {
          name: textAt(name, `${path}.name`),
          ...(typeof description === 'string' && { description }),
          parameters: objectAt(parameters, `${path}.input_schema`),
          ...(typeof strict === 'boolean' && { strict }),
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
  const { type, name, disable_parallel_tool_use: single } = choice;
  lost.rest(choice, 'tool_choice', new Set(['type', 'name', 'disable_parallel_tool_use']));
  const parallel = single === true ? { parallel: false } : {};
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
