import type { Ask, ToolDefinition, Turn } from '../answer.ts';
import { isRecord, type JsonObject } from '../json.ts';
import { type CheckedContent, functionsOf } from './check.ts';
import { MAX_OUTPUT_TOKENS, reasoningTokensFor } from './family.ts';

/** Reads a request to generate content into what the sandbox answers. */
export function askOfContent(request: CheckedContent): Ask {
  const { model, body, config } = request;
  const { maxOutputTokens: most, stopSequences, thinkingConfig } = config;
  const { turns, tools } = promptOf(body);
  return {
    model,
    turns,
    tools,
    toolChoice: toolChoiceOf(body['toolConfig']),
    parallelToolCalls: true,
    speaksBeforeTools: false,
    maxOutputTokens: typeof most === 'number' ? most : MAX_OUTPUT_TOKENS,
    stopSequences: Array.isArray(stopSequences) ? stopSequences.map(String) : [],
    format: formatOf(config),
    reasoningTokens: isRecord(thinkingConfig) ? reasoningTokensFor(thinkingConfig['thinkingLevel']) : 0,
    choice: 0,
  };
}

/** What a prompt's tokens are counted from. */
export function promptOf({ contents, systemInstruction, tools }: JsonObject): Pick<Ask, 'turns' | 'tools'> {
  const system = isRecord(systemInstruction) ? [turnOf({ ...systemInstruction, role: 'system' })] : [];
  const said = Array.isArray(contents) ? contents.filter(isRecord).map(turnOf) : [];
  return {
    turns: [...system, ...said],
    tools: functionsOf(tools).map(
      ({ name, parametersJsonSchema, parameters }): ToolDefinition => ({
        name: String(name),
        schema: parametersJsonSchema ?? parameters ?? {},
      }),
    ),
  };
}

const ROLES: Readonly<Record<string, Turn['role']>> = { system: 'system', model: 'assistant' };

function turnOf({ role, parts }: JsonObject): Turn {
  const texts: string[] = [];
  let media = 0;
  let results = 0;
  for (const part of Array.isArray(parts) ? parts.filter(isRecord) : []) {
    const { text, functionCall, functionResponse } = part;
    if (typeof text === 'string') texts.push(text);
    else if (functionCall !== undefined) texts.push(JSON.stringify(functionCall));
    else if (isRecord(functionResponse)) {
      results += 1;
      texts.push(JSON.stringify(functionResponse['response']));
      if (Array.isArray(functionResponse['parts'])) media += functionResponse['parts'].length;
    } else media += 1;
  }
  return { role: results > 0 ? 'tool' : (ROLES[`${role}`] ?? 'user'), text: texts.join('\n'), media };
}

function toolChoiceOf(toolConfig: unknown): Ask['toolChoice'] {
  const config = isRecord(toolConfig) ? toolConfig['functionCallingConfig'] : undefined;
  const { mode, allowedFunctionNames: names } = isRecord(config) ? config : {};
  if (mode === 'NONE') return 'none';
  if (mode !== 'ANY') return 'auto';
  return Array.isArray(names) && names.length === 1 ? { name: String(names[0]) } : 'required';
}

function formatOf({ responseMimeType, responseJsonSchema }: JsonObject): Ask['format'] {
  if (responseMimeType !== 'application/json') return 'text';
  return responseJsonSchema === undefined ? 'json' : { schema: responseJsonSchema };
}
