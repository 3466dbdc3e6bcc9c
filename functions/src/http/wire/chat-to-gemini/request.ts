import type { Model } from '../../../providers/contract.ts';
import { type GeminiCall, jsonAnswer } from '../../../providers/gemini/body.ts';
import { optionalArray, optionalObject, type WireObject } from '../../../providers/wire.ts';
import { levelOf, thinkingConfig } from '../gemini/thinking.ts';
import { invalid, objectAt } from '../invalid.ts';
import type { Lost } from '../lost.ts';
import { schemaIn } from '../openai/chat-parts.ts';
import { conversationOf } from './messages.ts';
import { calling } from './tools.ts';

const CARRIED = new Set([
  'model',
  'messages',
  'max_completion_tokens',
  'max_tokens',
  'stream',
  'stream_options',
  'stop',
  'seed',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'response_format',
  'reasoning_effort',
  'modalities',
]);
const SAMPLING: readonly (readonly [string, string])[] = [
  ['temperature', 'temperature'],
  ['top_p', 'topP'],
];
/**
 * Defaults, and what has no meaning for one answer without log probabilities. Prices are those of the standard
 * tier, which is what there is without one.
 */
const IDLE = {
  temperature: [1],
  top_p: [1],
  n: [1],
  presence_penalty: [0],
  frequency_penalty: [0],
  logprobs: [false],
  store: [false],
  verbosity: ['medium'],
  service_tier: ['auto', 'default'],
};

/**
 * A chat completion's body as a call of Gemini's `generateContent`.
 *
 * @throws GatewayError `invalid_request` where it is not one of OpenAI's format
 */
export function chatToGemini(
  body: WireObject,
  { model, maximum }: { model: Model; maximum: number },
  lost: Lost,
): GeminiCall {
  const samples = !model.unsupportedParameters.includes('temperature');
  const sampling = SAMPLING.filter(([name]) => samples && body[name] != null);
  lost.rest(body, '', new Set([...CARRIED, ...sampling.map(([name]) => name)]), IDLE);
  const options = optionalObject(body['stream_options']);
  if (options) {
    lost.rest(options, 'stream_options', new Set(['include_usage']), { include_obfuscation: [false] });
  }
  if (optionalArray(body['modalities']).some((each) => each !== 'text')) lost.add('modalities');

  const { system, talk } = conversationOf(body['messages'], lost);
  const stop = stopOf(body['stop']);
  return {
    model: model.id,
    stream: body['stream'] === true,
    ...(system.length > 0 && { systemInstruction: { parts: system } }),
    contents: talk.contents,
    ...calling(body, lost),
    generationConfig: {
      maxOutputTokens: maximum,
      ...Object.fromEntries(sampling.map(([name, theirs]) => [theirs, body[name]])),
      ...(body['seed'] != null && { seed: body['seed'] }),
      ...(stop && { stopSequences: stop }),
      ...formatOf(body['response_format'], lost),
      ...thinkingOf(body['reasoning_effort'], model, lost),
    },
  };
}

function stopOf(stop: unknown): string[] | undefined {
  if (stop == null) return undefined;
  const list = Array.isArray(stop) ? stop : [stop];
  return list.every((each) => typeof each === 'string')
    ? list
    : invalid('stop', 'must be a text or a list of texts');
}

function formatOf(given: unknown, lost: Lost): WireObject {
  if (given == null) return {};
  const format = objectAt(given, 'response_format');
  lost.rest(format, 'response_format', new Set(['type', 'json_schema']));
  switch (format['type']) {
    case 'text':
      return {};
    case 'json_object':
      return jsonAnswer();
    case 'json_schema':
      return jsonAnswer(schemaIn(format, lost));
    default:
      lost.add('response_format');
      return {};
  }
}

/** Who names an effort wants to see what it was for. */
function thinkingOf(effort: unknown, model: Model, lost: Lost): WireObject {
  if (effort == null) return {};
  const level = levelOf(effort, model);
  if (level !== undefined) return thinkingConfig(level, effort !== 'none');
  lost.add('reasoning_effort');
  return {};
}
