import type { GenerateContentParameters, GenerateContentResponse } from '@google/genai';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { rejection, useSandbox } from '../testing.ts';

const { gemini } = useSandbox();
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=';

type Config = NonNullable<GenerateContentParameters['config']>;
const ask = (
  prompt: string,
  config: Config = {},
  model = 'gemini-nano-banana-2.1',
): GenerateContentParameters => ({
  model,
  contents: prompt,
  config: { responseModalities: ['IMAGE'], automaticContinuation: false, ...config },
});
const pictureIn = ({ candidates }: GenerateContentResponse) =>
  candidates?.[0]?.content?.parts?.find(({ inlineData }) => inlineData)?.inlineData;

describe('pictures', () => {
  it.each<[string, Config['imageConfig'], string, number, number, number]>([
    ['gemini-nano-banana-2.1', undefined, 'jpeg', 1024, 1024, 1120],
    ['gemini-nano-banana-2.1', { aspectRatio: '16:9', imageSize: '2K' }, 'jpeg', 2752, 1536, 1680],
    ['gemini-nano-banana-2.1', { aspectRatio: '1:8' }, 'jpeg', 384, 3072, 1120],
    ['gemini-3-pro-image', { imageSize: '4K' }, 'jpeg', 4096, 4096, 2000],
    ['gemini-3.1-flash-lite-image', { aspectRatio: '9:16' }, 'png', 768, 1376, 1120],
  ])(
    '%s makes real ones of %j, and reports them',
    async (model, imageConfig, format, width, height, tokens) => {
      const answer = await gemini().models.generateContent(
        ask('A boat', { ...(imageConfig && { imageConfig }) }, model),
      );
      const picture = pictureIn(answer);
      expect(picture?.mimeType).toBe(`image/${format}`);
      const found = await sharp(Buffer.from(picture?.data ?? '', 'base64')).metadata();
      expect(found).toMatchObject({ format, width, height });
      expect(answer.usageMetadata).toEqual({
        promptTokenCount: 6,
        candidatesTokenCount: tokens,
        totalTokenCount: 6 + tokens,
        promptTokensDetails: [{ modality: 'TEXT', tokenCount: 6 }],
        candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: tokens }],
      });
    },
  );

  it('are made from others, which count', async () => {
    const contents = [{ inlineData: { mimeType: 'image/png', data: PNG } }, { text: 'Bluer' }];
    const answer = await gemini().models.generateContent({ ...ask(''), contents });
    expect(pictureIn(answer)).toBeDefined();
    expect(answer.usageMetadata?.promptTokensDetails).toEqual([
      { modality: 'TEXT', tokenCount: 6 },
      { modality: 'IMAGE', tokenCount: 1120 },
    ]);
  });

  it.each([
    ['[[sandbox: stop=content_filter]] A boat', {}, 'IMAGE_SAFETY'],
    ['[[sandbox: stop=stop]] A boat', {}, 'NO_IMAGE'],
    ['A boat', { maxOutputTokens: 1119 }, 'MAX_TOKENS'],
  ])('may not come: %s', async (prompt, config, reason) => {
    const answer = await gemini().models.generateContent(ask(prompt, config));
    expect(pictureIn(answer)).toBeUndefined();
    expect(answer.candidates?.[0]?.finishReason).toBe(reason);
  });

  it.each<[string, GenerateContentParameters]>([
    ['of a ratio that there is not', ask('x', { imageConfig: { aspectRatio: '5:3' } })],
    ['of a size that there is not', ask('x', { imageConfig: { imageSize: '512' } })],
    ['narrow', ask('x', { imageConfig: { aspectRatio: '1:8' } }, 'gemini-3-pro-image')],
    ['of a told size', ask('x', { imageConfig: { imageSize: '1K' } }, 'gemini-3.1-flash-lite-image')],
    ['by a model that chats', ask('x', {}, 'gemini-3.8-flash')],
  ])('are refused: %s', async (_, request) => {
    expect(await rejection(gemini().models.generateContent(request))).toMatchObject({ status: 400 });
  });
});
