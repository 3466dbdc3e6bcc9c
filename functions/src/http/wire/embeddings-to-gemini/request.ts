import type { EmbedCall } from '../../../providers/gemini/body.ts';
import type { WireObject } from '../../../providers/wire.ts';
import { positiveInteger } from '../fields.ts';
import { invalid } from '../invalid.ts';
import type { Lost } from '../lost.ts';

const CARRIED = new Set(['model', 'input', 'dimensions', 'encoding_format']);

/**
 * The body of OpenAI's embeddings as a call of Gemini's.
 *
 * @throws GatewayError `invalid_request` where it is not one of OpenAI's format
 */
export function embeddingsToGemini(body: WireObject, model: string, lost: Lost): EmbedCall {
  lost.rest(body, '', CARRIED);
  const outputDimensionality = positiveInteger(body, 'dimensions');
  return {
    model,
    contents: textsOf(body['input'], lost).map((text) => ({ parts: [{ text }] })),
    ...(outputDimensionality !== undefined && { outputDimensionality }),
  };
}

/** Tokens by their numbers are OpenAI's own. */
function textsOf(input: unknown, lost: Lost): string[] {
  const list = Array.isArray(input) ? input : [input];
  if (list.length === 0) invalid('input', 'must not be empty');
  if (list.every((each) => typeof each === 'string')) return list;
  const isTokens = list.every((each) => typeof each === 'number' || Array.isArray(each));
  if (!isTokens) invalid('input', 'must be a text or a list of texts');
  lost.add('input');
  return [''];
}

/** Whether the vectors are wanted as base64, which OpenAI's SDK asks for. @throws GatewayError `invalid_request` */
export function wantsBase64(body: WireObject): boolean {
  const format = body['encoding_format'] ?? 'float';
  if (format !== 'float' && format !== 'base64') invalid('encoding_format', 'must be float or base64');
  return format === 'base64';
}
