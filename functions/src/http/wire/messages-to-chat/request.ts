import type { ChatDialect, Model } from '../../../providers/contract.ts';
import { inDialect } from '../../../providers/openai/dialect.ts';
import { optionalObject, type WireObject } from '../../../providers/wire.ts';
import { invalid, objectAt } from '../invalid.ts';
import type { Lost } from '../lost.ts';
import { effortOf } from './effort.ts';
import { chatMessagesOf } from './messages.ts';
import { chatToolChoiceOf, chatToolsOf } from './tools.ts';

/** `cache_control` is among them wherever it stands: OpenAI's models cache by themselves. */
const CARRIED = new Set([
  'model',
  'messages',
  'system',
  'max_tokens',
  'stream',
  'stop_sequences',
  'tools',
  'tool_choice',
  'thinking',
  'output_config',
  'metadata',
  'service_tier',
  'cache_control',
]);
const SAMPLING = ['temperature', 'top_p'] as const;
const IDLE = { speed: ['standard'], inference_geo: ['global'] };
/** Prices are those of the standard tier. */
const TIERS: Readonly<Record<string, string>> = { auto: 'auto', standard_only: 'default' };
/** Where the fields come from that not every provider of the format knows. */
const SOURCES: Readonly<Record<string, string>> = {
  safety_identifier: 'metadata.user_id',
  user: 'metadata.user_id',
  parallel_tool_calls: 'tool_choice.disable_parallel_tool_use',
  reasoning_effort: 'thinking',
};
/** https://developers.openai.com/api/docs/api-reference/chat/create: `safety_identifier` has 64 characters at most. */
const LONGEST_IDENTIFIER = 64;

/**
 * A message's body as a chat completion's body.
 *
 * @throws GatewayError `invalid_request` where it is not one of Anthropic's format
 */
export function messagesToChat(
  body: WireObject,
  set: { model: Model; maximum: number; dialect?: ChatDialect | undefined },
  lost: Lost,
): WireObject {
  const samples = !set.model.unsupportedParameters.includes('temperature');
  const sampling = SAMPLING.filter((name) => samples && body[name] != null);
  lost.rest(body, '', new Set([...CARRIED, ...sampling]), { ...IDLE, temperature: [1], top_p: [1] });
  const config = optionalObject(body['output_config']) ?? {};
  lost.rest(config, 'output_config', new Set(['effort', 'format']));
  const tier = body['service_tier'] ?? 'standard_only';
  if (typeof tier !== 'string' || !Object.hasOwn(TIERS, tier))
    invalid('service_tier', 'must be auto or standard_only');
  const tools = chatToolsOf(body['tools'], lost);
  const { choice, parallel } = chatToolChoiceOf(body['tool_choice'], lost);
  const effort = effortOf(body['thinking'], config['effort'], set.model, lost);
  const format = formatOf(config['format'], lost);
  const chat = {
    model: set.model.id,
    messages: chatMessagesOf(body['system'], body['messages'], lost),
    max_completion_tokens: set.maximum,
    ...(body['stream'] === true && { stream: true, stream_options: { include_usage: true } }),
    ...(body['stop_sequences'] != null && { stop: body['stop_sequences'] }),
    ...Object.fromEntries(sampling.map((name) => [name, body[name]])),
    ...(tools && { tools }),
    ...(choice !== undefined && { tool_choice: choice }),
    ...(parallel === false && tools && { parallel_tool_calls: false }),
    ...(effort !== undefined && { reasoning_effort: effort }),
    ...(format && { response_format: format }),
    ...userOf(body['metadata'], lost),
    service_tier: TIERS[`${tier}`],
  };
  for (const [field, source] of Object.entries(SOURCES)) {
    if (field in chat && set.dialect?.unknown.has(field)) lost.add(source);
  }
  return inDialect(chat, set.dialect);
}

function formatOf(given: unknown, lost: Lost): WireObject | undefined {
  if (given == null) return undefined;
  const { type, schema } = objectAt(given, 'output_config.format');
  if (type !== 'json_schema') {
    lost.add('output_config.format');
    return undefined;
  }
  return { type: 'json_schema', json_schema: { name: 'answer', schema, strict: true } };
}

function userOf(given: unknown, lost: Lost): { safety_identifier?: string; user?: string } {
  const metadata = optionalObject(given) ?? {};
  lost.rest(metadata, 'metadata', new Set(['user_id']));
  const id = metadata['user_id'];
  if (typeof id !== 'string') return {};
  return id.length > LONGEST_IDENTIFIER ? { user: id } : { safety_identifier: id };
}
