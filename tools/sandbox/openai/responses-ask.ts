import type { Ask, ToolDefinition, Turn } from '../answer.ts';
import { isRecord, type JsonObject } from '../json.ts';
import { contentOf } from './chat-ask.ts';
import { refuse } from './errors.ts';
import { familyOf, reasoningTokensFor } from './family.ts';
import type { CheckedResponse } from './responses-check.ts';

/** Reads a responses request into what the sandbox answers; `earlier` are the turns that it continues. */
export function askOfResponse(request: CheckedResponse, earlier: readonly Turn[]): Ask {
  const { body, model, maxOutputTokens } = request;
  const tools = toolsOf(body['tools']);
  const { text, reasoning } = body;
  return {
    model,
    turns: [...instructionsOf(body['instructions']), ...earlier, ...turnsOf(request.input)],
    tools,
    toolChoice: toolChoiceOf(body['tool_choice'], tools),
    parallelToolCalls: body['parallel_tool_calls'] !== false,
    speaksBeforeTools: false,
    maxOutputTokens: maxOutputTokens ?? familyOf(model).maxOutputTokens,
    stopSequences: [],
    format: isRecord(text) ? formatOf(text['format']) : 'text',
    reasoningTokens: isRecord(reasoning) ? reasoningTokensFor(reasoning['effort']) : 0,
    choice: 0,
  };
}

export function turnsOf(input: CheckedResponse['input']): Turn[] {
  return typeof input === 'string' ? [{ role: 'user', text: input, media: 0 }] : input.flatMap(turnOf);
}

export function instructionsOf(instructions: unknown): Turn[] {
  return typeof instructions === 'string' ? [{ role: 'system', text: instructions, media: 0 }] : [];
}

/** Hosted tools such as web search are taken, and never used. */
export function toolsOf(tools: unknown): ToolDefinition[] {
  if (!Array.isArray(tools)) return [];
  return tools.flatMap((tool: unknown): ToolDefinition[] => {
    if (!isRecord(tool) || typeof tool['name'] !== 'string') return [];
    if (tool['type'] === 'function') return [{ name: tool['name'], schema: tool['parameters'] ?? {} }];
    return tool['type'] === 'custom' ? [{ name: tool['name'], schema: undefined }] : [];
  });
}

function turnOf(item: JsonObject): Turn[] {
  switch (item['type']) {
    case undefined:
    case 'message': {
      const { role } = item;
      const known = role === 'assistant' || role === 'user' ? role : 'system';
      return [{ role: known, ...contentOf(item['content']) }];
    }
    case 'function_call':
    case 'custom_tool_call':
      return [
        {
          role: 'assistant',
          text: `${String(item['name'])} ${String(item['arguments'] ?? item['input'] ?? '')}`,
          media: 0,
        },
      ];
    case 'function_call_output':
    case 'custom_tool_call_output':
      return [{ role: 'tool', ...contentOf(item['output']) }];
    case 'reasoning':
      return [];
    default:
      return [{ role: 'user', text: '', media: 1 }];
  }
}

function toolChoiceOf(choice: unknown, tools: readonly ToolDefinition[]): Ask['toolChoice'] {
  if (choice === 'none' || choice === 'required') return choice;
  if (!isRecord(choice)) return 'auto';
  const { type, mode, name } = choice;
  if (type === 'allowed_tools') return mode === 'required' ? 'required' : 'auto';
  if (typeof name !== 'string') return 'auto';
  if (!tools.some((tool) => tool.name === name)) {
    refuse(`Tool choice '${name}' not found in 'tools' parameter.`, 'tool_choice', null);
  }
  return { name };
}

function formatOf(format: unknown): Ask['format'] {
  if (!isRecord(format)) return 'text';
  if (format['type'] === 'json_object') return 'json';
  return format['type'] === 'json_schema' ? { schema: format['schema'] } : 'text';
}
