import type { ChatDialect, Model } from '../../../providers/contract.ts';
import { inDialect } from '../../../providers/openai/dialect.ts';
import type { WireObject } from '../../../providers/wire.ts';
import { schemaIn } from '../anthropic/blocks.ts';
import { invalid, optionalObjectAt, optionalTextAt } from '../invalid.ts';
import type { Lost } from '../lost.ts';
import { effortOf } from './effort.ts';
import { chatMessagesOf } from './messages.ts';
import { chatToolChoiceOf, chatToolsOf } from './tools.ts';

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
]);
const SAMPLING = ['temperature', 'top_p'] as const;
const IDLE = { speed: ['standard'], inference_geo: ['global'] };
/** Prices are those of the standard tier. */
const TIERS: Readonly<Record<string, string>> = { auto: 'auto', standard_only: 'default' };
const USER = 'metadata.user_id';
/** Where the fields come from that not every provider of the format knows. */
const SOURCES: Readonly<Record<string, string>> = {
  safety_identifier: USER,
  user: USER,
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
  const config = optionalObjectAt(body['output_config'], 'output_config');
  lost.rest(config, 'output_config', new Set(['effort', 'format']));
  const tier = body['service_tier'] ?? 'standard_only';
  if (typeof tier !== 'string' || !Object.hasOwn(TIERS, tier))
    invalid('service_tier', 'must be auto or standard_only');
  const tools = chatToolsOf(body['tools'], lost);
  const { choice, parallel } = chatToolChoiceOf(body['tool_choice'], lost);
  const effort = effortOf(body['thinking'], config['effort'], set.model, lost);
  const schema = schemaIn(config['format'], lost);
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
    ...(schema && {
      response_format: { type: 'json_schema', json_schema: { name: 'answer', schema, strict: true } },
    }),
    ...userOf(body['metadata'], lost),
    service_tier: TIERS[`${tier}`],
  };
  for (const [field, source] of Object.entries(SOURCES)) {
    if (!(field in chat && set.dialect?.unknown.has(field))) continue;
    if (source === USER) lost.hint(source);
    else lost.add(source);
  }
  return inDialect(chat, set.dialect);
}

function userOf(given: unknown, lost: Lost): { safety_identifier?: string; user?: string } {
  const metadata = optionalObjectAt(given, 'metadata');
  lost.rest(metadata, 'metadata', new Set(['user_id']));
  const id = optionalTextAt(metadata['user_id'], USER);
  if (id === undefined) return {};
  return id.length > LONGEST_IDENTIFIER ? { user: id } : { safety_identifier: id };
}
