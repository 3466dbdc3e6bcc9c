import type { Model } from '../../../providers/contract.ts';
import { type GeminiCall, jsonAnswer } from '../../../providers/gemini/body.ts';
import type { WireObject } from '../../../providers/wire.ts';
import { schemaIn } from '../anthropic/blocks.ts';
import { optionalObjectAt } from '../invalid.ts';
import type { Lost } from '../lost.ts';
import { conversationOf, systemOf } from './messages.ts';
import { thinkingOf } from './thinking.ts';
import { calling } from './tools.ts';

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
]);
const SAMPLING: readonly (readonly [string, string])[] = [
  ['temperature', 'temperature'],
  ['top_p', 'topP'],
  ['top_k', 'topK'],
];
/** Prices are those of the standard tier, which is what there is without one. */
const IDLE = {
  temperature: [1],
  top_p: [1],
  speed: ['standard'],
  inference_geo: ['global'],
  service_tier: ['auto', 'standard_only'],
};

/**
 * A message's body as a call of Gemini's `generateContent`.
 *
 * @throws GatewayError `invalid_request` where it is not one of Anthropic's format
 */
export function messagesToGemini(
  body: WireObject,
  { model, maximum }: { model: Model; maximum: number },
  lost: Lost,
): GeminiCall {
  const samples = !model.unsupportedParameters.includes('temperature');
  const sampling = SAMPLING.filter(([name]) => samples && body[name] != null);
  lost.rest(body, '', new Set([...CARRIED, ...sampling.map(([name]) => name)]), IDLE);
  // It knows no users of ours.
  lost.rest(optionalObjectAt(body['metadata'], 'metadata'), 'metadata', new Set());
  const config = optionalObjectAt(body['output_config'], 'output_config');
  lost.rest(config, 'output_config', new Set(['effort', 'format']));

  const schema = schemaIn(config['format'], lost);
  const system = systemOf(body['system'], lost);
  return {
    model: model.id,
    stream: body['stream'] === true,
    ...(system.length > 0 && { systemInstruction: { parts: system } }),
    contents: conversationOf(body['messages'], lost).contents,
    ...calling(body, lost),
    generationConfig: {
      maxOutputTokens: maximum,
      ...Object.fromEntries(sampling.map(([name, theirs]) => [theirs, body[name]])),
      ...(body['stop_sequences'] != null && { stopSequences: body['stop_sequences'] }),
      ...(schema && jsonAnswer(schema)),
      ...thinkingOf(body['thinking'], config['effort'], model, lost),
    },
  };
}
