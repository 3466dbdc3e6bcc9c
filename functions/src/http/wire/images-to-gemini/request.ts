import type { GeminiCall } from '../../../providers/gemini/body.ts';
import { imageConfigOf, sizesOf } from '../../../providers/gemini/picture-sizes.ts';
import { pictureBody } from '../../../providers/gemini/pictures.ts';
import { MADE_FORMATS, type MadeFormat } from '../../../providers/images.ts';
import type { WireObject } from '../../../providers/wire.ts';
import { positiveInteger, requiredText } from '../fields.ts';
import { invalid, textAt } from '../invalid.ts';
import type { Lost } from '../lost.ts';

const CARRIED = new Set(['model', 'prompt', 'n', 'size', 'output_format']);
/** What is so anyway: one picture, whole, opaque, in the answer itself. */
const IDLE = {
  quality: ['auto', 'standard'],
  background: ['auto', 'opaque'],
  moderation: ['auto'],
  response_format: ['b64_json'],
  output_compression: [100],
  stream: [false],
  partial_images: [0],
};

/**
 * The body of OpenAI's `images/generations` as a call of Gemini's.
 *
 * @throws GatewayError `invalid_request` where it is not one of OpenAI's format
 */
export function imagesToGemini(body: WireObject, model: string, lost: Lost): GeminiCall {
  lost.rest(body, '', CARRIED, IDLE);
  if ((positiveInteger(body, 'n') ?? 1) > 1) lost.add('n');
  const size = textAt(body['size'] ?? 'auto', 'size');
  const config = imageConfigOf(model, size);
  if (!config) lost.add(`size (${model} has ${sizesOf(model)})`);
  formatOf(body);
  return { ...pictureBody({ prompt: requiredText(body, 'prompt'), ...config }), model, stream: false };
}

/** The format that the picture is wanted in. @throws GatewayError `invalid_request` */
export function formatOf(body: WireObject): MadeFormat {
  const wanted = body['output_format'] ?? 'png';
  return (
    MADE_FORMATS.find((format) => format === wanted) ??
    invalid('output_format', `must be one of ${MADE_FORMATS.join(', ')}`)
  );
}
