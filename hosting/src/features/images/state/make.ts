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

export const SIZES: readonly (readonly [string, string])[] = [
  ['1024x1024', 'Square, 1024 × 1024'],
  ['1536x1024', 'Landscape, 1536 × 1024'],
  ['1024x1536', 'Portrait, 1024 × 1536'],
  ['auto', 'As the model likes'],
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

/** Only later models have the two highest. */
export function qualitiesOf(model: string): readonly (readonly [Quality, string])[] {
  return /gpt-image-2\.[5-9]/.test(model) ? QUALITIES : QUALITIES.slice(0, 3);
}

/** The request: a single picture is streamed, with unfinished ones on the way. */
export function bodyOf(
  form: MakeForm,
  model: string,
  sources: { images?: string[]; mask?: string | undefined } = {},
): MakeBody {
  const qualities = qualitiesOf(model).map(([quality]) => quality);
  return {
    prompt: form.prompt.trim(),
    ...(model !== '' && { model }),
    size: form.size,
    quality: qualities.includes(form.quality) ? form.quality : 'high',
    n: form.n,
    format: form.format,
    ...(form.n === 1 && { stream: true, partialImages: 2 }),
    ...(sources.images && { images: sources.images }),
    ...(sources.mask !== undefined && { mask: { data: sources.mask } }),
  };
}
