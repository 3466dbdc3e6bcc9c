import type { components } from '#lib/api/schema.d.ts';

type Schemas = components['schemas'];
export type MadeImages = Schemas['ImagesAnswer'];
export type MakeBody = Partial<Schemas['GenerateImagesRequest']> & {
  images?: string[];
  mask?: { data: string };
};
type Quality = NonNullable<Schemas['GenerateImagesRequest']['quality']>;
type Format = NonNullable<Schemas['GenerateImagesRequest']['format']>;

/** What is asked of an image model. Kept in memory so that it outlives a visit to another page. */
export interface MakeForm {
  prompt: string;
  /** `provider/model`; empty: the first there is. */
  model: string;
  size: string;
  quality: Quality;
  n: number;
  format: Format;
}

export const START: MakeForm = {
  prompt: '',
  model: '',
  size: '1024x1024',
  quality: 'medium',
  n: 1,
  format: 'png',
};

type Options<T extends string = string> = readonly (readonly [T, string])[];

const SIZES: Options = [
  ['1024x1024', 'Square, 1024 × 1024'],
  ['1536x1024', 'Landscape, 1536 × 1024'],
  ['1024x1536', 'Portrait, 1024 × 1536'],
  ['auto', 'As the model likes'],
];
/** Those of every Gemini model, and what all but the smallest of them have beside. */
const GEMINI_SIZES: Options = [
  ['1024x1024', 'Square, 1024 × 1024'],
  ['1264x848', 'Landscape, 1264 × 848'],
  ['848x1264', 'Portrait, 848 × 1264'],
  ['1376x768', 'Wide, 1376 × 768'],
  ['768x1376', 'Tall, 768 × 1376'],
  ['auto', 'As the model likes'],
];
const GEMINI_LARGE: Options = [
  ['2048x2048', 'Square, 2048 × 2048'],
  ['2752x1536', 'Wide, 2752 × 1536'],
  ['4096x4096', 'Square, 4096 × 4096'],
  ['5504x3072', 'Wide, 5504 × 3072'],
];
const QUALITIES: readonly (readonly [Quality, string])[] = [
  ['low', 'Low'],
  ['medium', 'Medium'],
  ['high', 'High'],
  ['xhigh', 'Very high'],
  ['max', 'Highest'],
];
export const FORMATS: readonly (readonly [Format, string])[] = [
  ['png', 'PNG'],
  ['jpeg', 'JPEG'],
  ['webp', 'WebP'],
];

const isGemini = (model: string): boolean => model.startsWith('gemini/');

interface Choices {
  sizes: Options;
  qualities: Options<Quality>;
  /** Pictures of one request. */
  most: number;
  takesMask: boolean;
}

/** What can be asked of a model. Of OpenAI's only later ones have the two highest qualities. */
export function choicesOf(model: string): Choices {
  if (isGemini(model)) {
    const sizes = model.includes('-lite-') ? GEMINI_SIZES : [...GEMINI_SIZES, ...GEMINI_LARGE];
    return { sizes, qualities: [['auto', 'As the model likes']], most: 1, takesMask: false };
  }
  const qualities = /gpt-image-2\.[5-9]/.test(model) ? QUALITIES : QUALITIES.slice(0, 3);
  return { sizes: SIZES, qualities, most: 4, takesMask: true };
}

/** The form as the model can take it: what it has not is what comes nearest. */
export function fitted(form: MakeForm, model: string): MakeForm {
  const { sizes, qualities, most } = choicesOf(model);
  const has = (options: Options, wanted: string) => options.some(([value]) => value === wanted);
  return {
    ...form,
    size: has(sizes, form.size) ? form.size : '1024x1024',
    quality: has(qualities, form.quality) ? form.quality : (qualities.at(-1)?.[0] ?? 'auto'),
    n: Math.min(form.n, most),
  };
}

/** The request: a single picture is streamed, with unfinished ones on the way. */
export function bodyOf(
  asked: MakeForm,
  model: string,
  sources: { images?: string[]; mask?: string | undefined } = {},
): MakeBody {
  const form = fitted(asked, model);
  const mask = choicesOf(model).takesMask ? sources.mask : undefined;
  return {
    prompt: form.prompt.trim(),
    ...(model !== '' && { model }),
    size: form.size,
    quality: form.quality,
    n: form.n,
    format: form.format,
    ...(form.n === 1 && { stream: true, partialImages: isGemini(model) ? 0 : 2 }),
    ...(sources.images && { images: sources.images }),
    ...(mask !== undefined && { mask: { data: mask } }),
  };
}
