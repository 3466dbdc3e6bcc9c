import type { Ask, ToolDefinition, Turn } from '../answer.ts';
import { isRecord, type JsonObject } from '../json.ts';
import type { CheckedChat } from './chat-check.ts';
import { refuse } from './errors.ts';
import { familyOf, reasoningTokensFor } from './family.ts';

/** Reads a chat completion request into what the sandbox answers. */
export function askOfChat(request: CheckedChat, choice: number): Ask {
  const { body, model, maxOutputTokens } = request;
  const tools = Array.isArray(body['tools']) ? body['tools'].flatMap(toolOf) : [];
  const { stop } = body;
  return {
    model,
    turns: request.messages.map(turnOf),
    tools,
    toolChoice: toolChoiceOf(body['tool_choice'], tools),
    parallelToolCalls: body['parallel_tool_calls'] !== false,
    speaksBeforeTools: false,
    maxOutputTokens: maxOutputTokens ?? familyOf(model).maxOutputTokens,
    stopSequences: typeof stop === 'string' ? [stop] : Array.isArray(stop) ? stop.map(String) : [],
    format: formatOf(body['response_format']),
    reasoningTokens: reasoningTokensFor(body['reasoning_effort']),
    choice,
  };
}

/** Text and media of a message's content, in chat completions' and responses' part types. */
export function contentOf(content: unknown): { text: string; media: number } {
  if (typeof content === 'string') return { text: content, media: 0 };
  if (!Array.isArray(content)) return { text: '', media: 0 };
  const texts: string[] = [];
  let media = 0;
  for (const part of content) {
    if (!isRecord(part)) continue;
    const text = part['text'] ?? part['refusal'];
    if (typeof text === 'string') texts.push(text);
    else media += 1;
  }
  return { text: texts.join('\n'), media };
}

function turnOf(message: JsonObject): Turn {
  const { text, media } = contentOf(message['content']);
  const calls = message['tool_calls'];
  const called = Array.isArray(calls) ? JSON.stringify(calls) : '';
  switch (message['role']) {
    case 'system':
    case 'developer':
      return { role: 'system', text, media };
    case 'assistant':
      return { role: 'assistant', text: text + called, media };
    case 'tool':
    case 'function':
      return { role: 'tool', text, media };
    default:
      return { role: 'user', text, media };
  }
}

function toolOf(tool: unknown): ToolDefinition[] {
  if (!isRecord(tool)) return [];
  const { function: fn, custom } = tool;
  if (isRecord(fn) && typeof fn['name'] === 'string') {
    return [{ name: fn['name'], schema: fn['parameters'] ?? {} }];
  }
  return isRecord(custom) && typeof custom['name'] === 'string'
    ? [{ name: custom['name'], schema: undefined }]
    : [];
}

function toolChoiceOf(choice: unknown, tools: readonly ToolDefinition[]): Ask['toolChoice'] {
  if (choice === 'none' || choice === 'required') return choice;
  if (!isRecord(choice)) return 'auto';
  const named = choice['function'] ?? choice['custom'];
  if (!isRecord(named) || typeof named['name'] !== 'string') return 'auto';
  const { name } = named;
  if (!tools.some((tool) => tool.name === name)) {
    refuse(`Tool choice '${name}' not found in 'tools' parameter.`, 'tool_choice', null);
  }
  return { name };
}

function formatOf(format: unknown): Ask['format'] {
  if (!isRecord(format)) return 'text';
  if (format['type'] === 'json_object') return 'json';
  if (format['type'] !== 'json_schema') return 'text';
  const definition = format['json_schema'];
  return { schema: isRecord(definition) ? definition['schema'] : undefined };
}
