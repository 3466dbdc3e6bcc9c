import { type Directives, parseDirectives, withoutDirectives } from '../directives.ts';
import { draw } from '../draw.ts';
import { isRecord, type JsonObject } from '../json.ts';
import type { Reply } from '../provider.ts';
import { countInputTokens } from '../tokens.ts';
import type { CheckedContent } from './check.ts';
import { refuse } from './errors.ts';
import { MAX_OUTPUT_TOKENS } from './family.ts';

/** The models that answer with pictures: how many tokens one of each size is, and what they deliver. */
const MODELS: Readonly<Record<string, PictureModel>> = {
  'gemini-nano-banana-2.1': {
    tokens: { '1K': 1120, '2K': 1680, '4K': 3780 },
    format: 'jpeg',
    isNarrow: true,
  },
  'gemini-3-pro-image': { tokens: { '1K': 1120, '2K': 1120, '4K': 2000 }, format: 'jpeg', isNarrow: false },
  'gemini-3.1-flash-lite-image': { tokens: { '1K': 1120 }, format: 'png', isNarrow: false },
};

interface PictureModel {
  tokens: Readonly<Record<string, number>>;
  format: 'png' | 'jpeg';
  /** Has the narrow ratios as well. */
  isNarrow: boolean;
}

export const PICTURE_MODELS: readonly string[] = Object.keys(MODELS);

/** Sides by aspect ratio at 1K; the other sizes are twice and four times that. */
const SIDES: Readonly<Record<string, readonly [number, number]>> = {
  '1:1': [1024, 1024],
  '2:3': [848, 1264],
  '3:2': [1264, 848],
  '3:4': [896, 1200],
  '4:3': [1200, 896],
  '4:5': [928, 1152],
  '5:4': [1152, 928],
  '9:16': [768, 1376],
  '16:9': [1376, 768],
  '21:9': [1584, 672],
  '1:4': [512, 2048],
  '4:1': [2048, 512],
  '1:8': [384, 3072],
  '8:1': [3072, 384],
};
const NARROW = ['1:4', '4:1', '1:8', '8:1'];
const SCALE: Readonly<Record<string, number>> = { '1K': 1, '2K': 2, '4K': 4 };
const GIVEN_TOKENS = 1120;

/** Whether an answer is to be a picture. @throws {ReplyError} where the model makes none */
export function wantsPicture({ model, config }: CheckedContent): boolean {
  const { responseModalities: modalities, imageConfig } = config;
  const asks = Array.isArray(modalities) && modalities.includes('IMAGE');
  if (model in MODELS) return asks || modalities === undefined;
  if (asks) refuse('Model does not support the requested response modalities: image');
  if (imageConfig !== undefined) refuse('Aspect ratio is not enabled for this model');
  return false;
}

/** A picture, as the service answers one. @throws {ReplyError | DirectiveError} */
export async function makePicture(
  { model, contents, config }: CheckedContent,
  responseId: string,
  stream: boolean,
): Promise<Reply> {
  const made = MODELS[model];
  if (!made) throw new Error(`${model} makes no pictures`);
  const { width, height, tokens } = sizeOf(model, made, config['imageConfig']);
  const parts = contents.flatMap(({ parts: each }) => (Array.isArray(each) ? each.filter(isRecord) : []));
  const text = parts.map(({ text: said }) => (typeof said === 'string' ? said : '')).join('\n');
  const images = parts.flatMap(({ inlineData }) =>
    isRecord(inlineData) ? [{ bytes: Buffer.from(String(inlineData['data']), 'base64') }] : [],
  );
  const directives = parseDirectives(text);
  const input = directives.input ?? countInputTokens(withoutDirectives(text)) + 4;
  const thoughts = directives.reasoning ?? 0;
  const output = directives.tokens ?? tokens;
  const most = config['maxOutputTokens'];
  const usage = (candidates: number) => usageOf(input, images.length, candidates, thoughts);
  const frame = { modelVersion: model, responseId };
  const delivery = { delayMs: directives.delay, fault: directives.fault };
  const reply = (body: object): Reply =>
    stream
      ? { kind: 'stream', events: [{ data: body, paced: true }], delivery }
      : { kind: 'json', status: 200, body, delivery };
  const without =
    unmade(directives) ??
    (thoughts + output > (typeof most === 'number' ? most : MAX_OUTPUT_TOKENS) ? 'MAX_TOKENS' : undefined);
  if (without !== undefined) {
    const candidates = [{ content: {}, finishReason: without, index: 0 }];
    return reply({ candidates, usageMetadata: usage(0), ...frame });
  }
  const { format } = made;
  const prompt = withoutDirectives(text);
  const ask = { prompt, width, height, background: 'opaque', format, compression: 95, images } as const;
  const data = (await draw({ ...ask, mask: undefined }, 0, 0)).toString('base64');
  const content = { parts: [{ inlineData: { mimeType: `image/${format}`, data } }], role: 'model' };
  return reply({
    candidates: [{ content, finishReason: 'STOP', index: 0 }],
    usageMetadata: usage(output),
    ...frame,
  });
}

/** Why there is no picture, where there is none. */
function unmade({ stop }: Directives): string | undefined {
  if (stop === 'content_filter') return 'IMAGE_SAFETY';
  if (stop === 'refusal') return 'PROHIBITED_CONTENT';
  return stop === 'stop' ? 'NO_IMAGE' : undefined;
}

function sizeOf(model: string, { tokens, isNarrow }: PictureModel, given: unknown) {
  const config = isRecord(given) ? given : {};
  const stray = Object.keys(config).find((name) => name !== 'aspectRatio' && name !== 'imageSize');
  if (stray !== undefined) {
    refuse(
      `Invalid JSON payload received. Unknown name "${stray}" at 'generation_config.image_config': Cannot find field.`,
    );
  }
  const { aspectRatio = '1:1', imageSize = '1K' } = config;
  const sides = SIDES[String(aspectRatio)];
  if (!sides || (NARROW.includes(String(aspectRatio)) && !isNarrow)) {
    refuse(`Aspect ratio ${String(aspectRatio)} is not supported for ${model}.`);
  }
  const count = tokens[String(imageSize)];
  if (count === undefined || (config['imageSize'] !== undefined && Object.keys(tokens).length === 1)) {
    refuse(`Image size ${String(imageSize)} is not supported for ${model}.`);
  }
  const scale = SCALE[String(imageSize)] ?? 1;
  return { width: sides[0] * scale, height: sides[1] * scale, tokens: count };
}

/** Counts of zero are left out. */
function usageOf(text: number, pictures: number, candidates: number, thoughts: number): JsonObject {
  const image = pictures * GIVEN_TOKENS;
  const counts = {
    promptTokenCount: text + image,
    candidatesTokenCount: candidates,
    thoughtsTokenCount: thoughts,
    totalTokenCount: text + image + candidates + thoughts,
  };
  return {
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)),
    promptTokensDetails: [
      { modality: 'TEXT', tokenCount: text },
      ...(image > 0 ? [{ modality: 'IMAGE', tokenCount: image }] : []),
    ],
    ...(candidates > 0 && { candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: candidates }] }),
  };
}
