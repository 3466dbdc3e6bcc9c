import { UpstreamError } from '../../../providers/contract.ts';
import { pictureIn, pictureUsageOf } from '../../../providers/gemini/pictures.ts';
import type { MadeFormat } from '../../../providers/images.ts';
import type { WireObject } from '../../../providers/wire.ts';
import type { Formatted } from '../../../services/images/to-format.ts';

/**
 * Gemini's picture in the shape of OpenAI's answer.
 *
 * @param created Unix seconds
 * @param format what the picture is wanted in
 * @param convert makes it so
 * @throws UpstreamError `invalid_request` where the model has made none
 */
export async function geminiToImages(
  response: WireObject,
  created: number,
  format: MadeFormat,
  convert: (bytes: Buffer, format: MadeFormat) => Promise<Formatted>,
): Promise<WireObject> {
  const data = pictureIn(response);
  if (data === undefined) throw new UpstreamError('invalid_request', 'the answer has no picture');
  const { bytes, width, height } = await convert(Buffer.from(data, 'base64'), format);
  const usage = pictureUsageOf(response['usageMetadata']);
  return {
    created,
    background: 'opaque',
    output_format: format,
    size: `${width}x${height}`,
    data: [{ b64_json: bytes.toString('base64') }],
    ...(usage && { usage: usageIn(usage) }),
  };
}

function usageIn(usage: NonNullable<ReturnType<typeof pictureUsageOf>>): WireObject {
  const { inputTokens, imageInputTokens = 0, outputTokens, imageOutputTokens = 0 } = usage;
  return {
    input_tokens: inputTokens,
    input_tokens_details: { text_tokens: inputTokens - imageInputTokens, image_tokens: imageInputTokens },
    output_tokens: outputTokens,
    output_tokens_details: { text_tokens: outputTokens - imageOutputTokens, image_tokens: imageOutputTokens },
    total_tokens: inputTokens + outputTokens,
  };
}
