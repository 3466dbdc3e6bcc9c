import type { Ask, ToolDefinition, Turn } from '../answer.ts';
import { isRecord, type JsonObject } from '../json.ts';
import type { CheckedMessages } from './check.ts';
import { refuse } from './errors.ts';

const DEFAULT_THINKING_TOKENS = 24;

/** Reads a messages request into what the sandbox answers. @throws {Refusal} */
export function askOfMessages(request: CheckedMessages): Ask {
  const { body, model, maxTokens } = request;
  const { turns, tools } = promptOf(request);
  const choice = isRecord(body['tool_choice']) ? body['tool_choice'] : {};
  const sequences = body['stop_sequences'];
  return {
    model,
    turns,
    tools,
    toolChoice: toolChoiceOf(choice, tools),
    parallelToolCalls: choice['disable_parallel_tool_use'] !== true,
    speaksBeforeTools: true,
    maxOutputTokens: maxTokens,
    stopSequences: Array.isArray(sequences) ? sequences.map(String) : [],
    format: formatOf(body['output_config']),
    reasoningTokens: thinks(body) ? DEFAULT_THINKING_TOKENS : 0,
    choice: 0,
  };
}

/** What a prompt's tokens are counted from. */
export function promptOf({
  body,
  messages,
}: Pick<CheckedMessages, 'body' | 'messages'>): Pick<Ask, 'turns' | 'tools'> {
  const system = body['system'] == null ? [] : [turnOf({ role: 'system', content: body['system'] })];
  const tools = Array.isArray(body['tools']) ? body['tools'].flatMap(toolOf) : [];
  return { turns: [...system, ...messages.map(turnOf)], tools };
}

/** Whether the caller asked for thinking. */
export function thinks({ thinking }: JsonObject): boolean {
  return isRecord(thinking) && (thinking['type'] === 'enabled' || thinking['type'] === 'adaptive');
}

function turnOf({ role, content }: JsonObject): Turn {
  const { text, media, results } = contentOf(content);
  if (role === 'assistant' || role === 'system') return { role, text, media };
  return { role: results > 0 ? 'tool' : 'user', text, media };
}

function contentOf(content: unknown): { text: string; media: number; results: number } {
  if (typeof content === 'string') return { text: content, media: 0, results: 0 };
  const texts: string[] = [];
  let media = 0;
  let results = 0;
  for (const block of Array.isArray(content) ? content : []) {
    if (!isRecord(block)) continue;
    switch (block['type']) {
      case 'text':
      case 'thinking':
        texts.push(String(block['text'] ?? block['thinking'] ?? ''));
        break;
      case 'tool_use':
        texts.push(`${String(block['name'])} ${JSON.stringify(block['input'] ?? {})}`);
        break;
      case 'tool_result': {
        const inner = contentOf(block['content']);
        texts.push(inner.text);
        media += inner.media;
        results += 1;
        break;
      }
      default:
        media += 1;
    }
  }
  return { text: texts.join('\n'), media, results };
}

/** Server tools such as web search are taken, and never used. */
function toolOf(tool: unknown): ToolDefinition[] {
  if (!isRecord(tool) || typeof tool['name'] !== 'string' || !isRecord(tool['input_schema'])) return [];
  return [{ name: tool['name'], schema: tool['input_schema'] }];
}

function toolChoiceOf({ type, name }: JsonObject, tools: readonly ToolDefinition[]): Ask['toolChoice'] {
  switch (type) {
    case 'none':
      return 'none';
    case 'any':
      return 'required';
    case 'tool':
      if (typeof name !== 'string' || !tools.some((tool) => tool.name === name)) {
        refuse(`Tool '${String(name)}' not found in provided tools`);
      }
      return { name };
    default:
      return 'auto';
  }
}

function formatOf(config: unknown): Ask['format'] {
  const format = isRecord(config) ? config['format'] : undefined;
  return isRecord(format) && format['type'] === 'json_schema' ? { schema: format['schema'] } : 'text';
}
