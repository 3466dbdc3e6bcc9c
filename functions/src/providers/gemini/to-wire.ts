import type { ChatMessage, ChatRequest, ToolChoice, UserPart } from '../contract.ts';
import { objectIn, type WireObject } from '../wire.ts';
import {
  type Content,
  callingMode,
  functionResponse,
  type GeminiBody,
  inlineData,
  jsonAnswer,
  toolsOf,
} from './body.ts';
import { callParts } from './signatures.ts';

/**
 * The body of `generateContent`. `maxOutputTokens` bounds thoughts and answer together. No service tier is asked
 * for: without one it is the standard tier's, whose prices are the ones we know.
 */
export function toWire(request: ChatRequest): GeminiBody {
  const { system, messages, maxTokens, temperature, tools = [], toolChoice, responseSchema } = request;
  return {
    ...(system !== undefined && { systemInstruction: { parts: [{ text: system }] } }),
    contents: contentsOf(messages),
    ...toolsOf(
      tools.map(({ name, description, parameters }) => ({
        name,
        ...(description !== undefined && { description }),
        parametersJsonSchema: parameters,
      })),
    ),
    ...(toolChoice !== undefined && choiceOf(toolChoice)),
    generationConfig: {
      maxOutputTokens: maxTokens,
      ...(temperature !== undefined && { temperature }),
      ...(responseSchema && jsonAnswer(responseSchema.schema)),
    },
  };
}

/** The results of functions that were called together are one content. */
function contentsOf(messages: readonly ChatMessage[]): Content[] {
  const names = new Map<string, string>();
  const contents: Content[] = [];
  let results: Content | undefined;
  for (const message of messages) {
    if (message.role !== 'tool') results = undefined;
    switch (message.role) {
      case 'user': {
        const { content } = message;
        const parts = typeof content === 'string' ? [{ text: content }] : content.map(partOf);
        contents.push({ role: 'user', parts });
        break;
      }
      case 'assistant': {
        const { content, toolCalls = [] } = message;
        for (const { id, name } of toolCalls) names.set(id, name);
        const calls = toolCalls.map(({ arguments: text, ...call }) => ({
          ...call,
          args: objectIn(text) ?? {},
        }));
        // An empty text is none, where there is anything else to say.
        const said = content === '' && calls.length > 0 ? [] : [{ text: content }];
        contents.push({ role: 'model', parts: [...said, ...callParts(calls)] });
        break;
      }
      case 'tool': {
        const { toolCallId: id, content: output } = message;
        if (!results) {
          results = { role: 'user', parts: [] };
          contents.push(results);
        }
        results.parts.push(functionResponse({ id, name: names.get(id) ?? id }, { output }));
      }
    }
  }
  return contents;
}

function partOf(part: UserPart): WireObject {
  return part.type === 'text' ? { text: part.text } : inlineData(part.mediaType, part.data);
}

function choiceOf(choice: ToolChoice): Pick<GeminiBody, 'toolConfig'> {
  if (typeof choice !== 'string') return callingMode('ANY', choice.name);
  return callingMode(choice === 'required' ? 'ANY' : choice === 'none' ? 'NONE' : 'AUTO');
}
