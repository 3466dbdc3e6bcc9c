import type { Model } from '../../../providers/contract.ts';
import { optionalArray, optionalObject, type WireObject } from '../../../providers/wire.ts';
import { invalid, objectAt, optionalTextAt } from '../invalid.ts';
import type { Lost } from '../lost.ts';
import { schemaIn } from '../openai/chat-parts.ts';
import { messagesOf } from './messages.ts';
import { thinkingOf } from './thinking.ts';
import { toolChoiceOf, toolsOf } from './tools.ts';

const CARRIED = new Set([
  'model',
  'messages',
  'max_completion_tokens',
  'max_tokens',
  'stream',
  'stream_options',
  'stop',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'response_format',
  'reasoning_effort',
  'service_tier',
  'modalities',
  'user',
  'safety_identifier',
]);
/** Defaults, and what has no meaning for one answer without log probabilities. */
const IDLE = {
  temperature: [1],
  top_p: [1],
  n: [1],
  presence_penalty: [0],
  frequency_penalty: [0],
  logprobs: [false],
  store: [false],
  verbosity: ['medium'],
};
/** Prices are those of the standard tier. */
const TIERS: Readonly<Record<string, string>> = { auto: 'auto', default: 'standard_only' };

/**
 * A chat completion's body as a message's body.
 *
 * @throws GatewayError `invalid_request` where it is not one of OpenAI's format
 */
export function chatToMessages(
  body: WireObject,
  set: { model: Model; maximum: number },
  lost: Lost,
): WireObject {
  lost.rest(body, '', CARRIED, IDLE);
  const options = optionalObject(body['stream_options']);
  if (options)
    lost.rest(options, 'stream_options', new Set(['include_usage']), { include_obfuscation: [false] });
  if (optionalArray(body['modalities']).some((each) => each !== 'text')) lost.add('modalities');
  const tier = body['service_tier'] ?? 'default';
  const serviceTier = typeof tier === 'string' && Object.hasOwn(TIERS, tier) ? TIERS[tier] : undefined;
  if (serviceTier === undefined) lost.add('service_tier');

  const { system, messages } = messagesOf(body['messages'], lost);
  const tools = toolsOf(body['tools'], lost);
  const toolChoice = toolChoiceOf(body, lost);
  const stop = stopOf(body['stop']);
  const identifier = optionalTextAt(body['safety_identifier'], 'safety_identifier');
  const user = optionalTextAt(body['user'], 'user');
  if (identifier !== undefined && user !== undefined) lost.hint('user');
  const userId = identifier ?? user;
  const { thinking, effort } = thinkingOf(body['reasoning_effort'], set, lost);
  const format = formatOf(body['response_format'], lost);
  return {
    model: set.model.id,
    max_tokens: set.maximum,
    ...(system.length > 0 && { system }),
    messages,
    ...(body['stream'] === true && { stream: true }),
    ...(stop && { stop_sequences: stop }),
    ...(tools && { tools }),
    ...(toolChoice && { tool_choice: toolChoice }),
    ...(thinking && { thinking }),
    ...((effort || format) && { output_config: { ...(effort && { effort }), ...(format && { format }) } }),
    ...(userId !== undefined && { metadata: { user_id: userId } }),
    service_tier: serviceTier ?? 'standard_only',
  };
}

function stopOf(stop: unknown): string[] | undefined {
  if (stop == null) return undefined;
  const list = Array.isArray(stop) ? stop : [stop];
  return list.every((each) => typeof each === 'string')
    ? list
    : invalid('stop', 'must be a text or a list of texts');
}

function formatOf(given: unknown, lost: Lost): WireObject | undefined {
  if (given == null) return undefined;
  const format = objectAt(given, 'response_format');
  lost.rest(format, 'response_format', new Set(['type', 'json_schema']));
  if (format['type'] === 'text') return undefined;
  if (format['type'] !== 'json_schema') {
    lost.add('response_format');
    return undefined;
  }
  return { type: 'json_schema', schema: schemaIn(format, lost) };
}
