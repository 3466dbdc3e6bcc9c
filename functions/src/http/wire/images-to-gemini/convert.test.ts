import { describe, expect, it } from 'vitest';
import { MOST_TOKENS } from '../../../providers/gemini/pictures.ts';
import { inspectImage } from '../../../services/images/inspect-image.ts';
import { picture } from '../../../services/images/test-support.ts';
import { toFormat } from '../../../services/images/to-format.ts';
import { Lost } from '../lost.ts';
import { geminiToImages } from './answer.ts';
import { formatOf, imagesToGemini } from './request.ts';

const MODEL = 'gemini-nano-banana-2.1';
function convert(body: Record<string, unknown>) {
  const lost = new Lost();
  return { call: imagesToGemini({ model: 'm', prompt: 'A boat', ...body }, MODEL, lost), lost: lost.fields };
}

describe('a request for a picture', () => {
  it('asks for one, of a ratio and a size', () => {
    const body = { n: 1, size: '2752x1536', output_format: 'webp', quality: 'auto', stream: false };
    expect(convert(body)).toEqual({
      call: {
        model: MODEL,
        stream: false,
        contents: [{ role: 'user', parts: [{ text: 'A boat' }] }],
        generationConfig: {
          responseModalities: ['IMAGE'],
          maxOutputTokens: MOST_TOKENS,
          imageConfig: { aspectRatio: '16:9', imageSize: '2K' },
        },
      },
      lost: [],
    });
  });

  it.each([{}, { size: 'auto' }, { size: null }])('leaves the size to the model: %j', (body) => {
    const { call, lost } = convert(body);
    expect([call.generationConfig['imageConfig'], lost]).toEqual([undefined, []]);
  });

  it.each<[string, Record<string, unknown>]>([
    ['n', { n: 2 }],
    ['quality', { quality: 'high' }],
    ['background', { background: 'transparent' }],
    ['stream', { stream: true }],
    ['partial_images', { stream: false, partial_images: 1 }],
    ['response_format', { response_format: 'url' }],
    ['style', { user: 'u1', style: 'vivid' }],
  ])('names what can’t be sent: %s', (field, body) => {
    expect(convert(body).lost).toEqual([field]);
  });

  it('names a size that there is not, with those that there are', () => {
    expect(convert({ size: '1536x1024' }).lost).toEqual([expect.stringMatching(/^size \(.*1376x768/)]);
  });

  it.each([{ prompt: '' }, { prompt: 7 }, { n: 0 }, { n: '1' }, { size: 7 }, { output_format: 'gif' }])(
    'is refused where it is none: %j',
    (body) => {
      expect(() => convert(body)).toThrow(expect.objectContaining({ code: 'invalid_request' }));
    },
  );

  it('is for a PNG, where it says nothing', () => {
    expect([{}, { output_format: 'jpeg' }].map(formatOf)).toEqual(['png', 'jpeg']);
  });
});

describe('an answer with a picture', () => {
  const response = async () => ({
    candidates: [
      {
        content: {
          parts: [
            {
              inlineData: {
                mimeType: 'image/jpeg',
                data: (await picture('jpeg', 64, 48)).toString('base64'),
              },
            },
          ],
        },
        finishReason: 'STOP',
      },
    ],
    usageMetadata: {
      promptTokenCount: 6,
      candidatesTokenCount: 1120,
      thoughtsTokenCount: 80,
      candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 1120 }],
    },
  });

  it.each(['png', 'jpeg', 'webp'] as const)('has OpenAI’s shape, as a %s', async (format) => {
    const answer = await geminiToImages(await response(), 7, format, toFormat);
    const { data, ...rest } = answer as { data: { b64_json: string }[] };
    expect(rest).toEqual({
      created: 7,
      background: 'opaque',
      output_format: format,
      size: '64x48',
      usage: {
        input_tokens: 6,
        input_tokens_details: { text_tokens: 6, image_tokens: 0 },
        output_tokens: 1200,
        output_tokens_details: { text_tokens: 80, image_tokens: 1120 },
        total_tokens: 1206,
      },
    });
    const bytes = Buffer.from(data[0]?.b64_json ?? '', 'base64');
    expect(await inspectImage(bytes)).toMatchObject({ format, width: 64, height: 48 });
  });

  it('without a picture is a refusal', async () => {
    const none = { candidates: [{ content: {}, finishReason: 'IMAGE_SAFETY' }] };
    await expect(geminiToImages(none, 7, 'png', toFormat)).rejects.toMatchObject({ kind: 'invalid_request' });
  });
});
