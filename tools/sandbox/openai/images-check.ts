import { isRecord, type JsonObject } from '../json.ts';
import { FormFile } from '../multipart.ts';
import { checkInteger, checkKnown, checkModel } from './check.ts';
import { refuse, unknownModel } from './errors.ts';

export type PictureFormat = 'png' | 'jpeg' | 'webp';

/** A request for pictures, after the checks. */
export interface PictureAsk {
  model: string;
  prompt: string;
  n: number;
  width: number;
  height: number;
  quality: string;
  background: 'transparent' | 'opaque';
  format: PictureFormat;
  compression: number;
  stream: boolean;
  partials: number;
  images: readonly FormFile[];
  mask: FormFile | undefined;
}

const COMMON =
  'model prompt n size quality background output_format output_compression stream partial_images user safety_identifier'.split(
    ' ',
  );
const GENERATE = new Set([...COMMON, 'moderation']);
const EDIT = new Set([...COMMON, 'image', 'mask', 'input_fidelity']);
const QUALITIES = ['low', 'medium', 'high', 'auto'];
const STANDARD_SIZES = ['1024x1024', '1024x1536', '1536x1024', 'auto'];
const MAX_PROMPT = 32_000;

/** What the images API checks, in its words. @param isEdit whether pictures go in. @throws {ReplyError} */
export function checkPictures(given: unknown, isEdit: boolean): PictureAsk {
  if (!isRecord(given)) refuse('We expect a body of parameters.', null, null);
  const body = isEdit ? withNumbers(given) : given;
  checkKnown(body, isEdit ? EDIT : GENERATE);
  const model = checkModel(body);
  if (/^(dall-e-|gpt-image-1$)/.test(model)) unknownModel(model);
  if (!/^(gpt-image-|chatgpt-image-)/.test(model)) {
    refuse(`The model '${model}' does not support image generation.`, 'model', 'invalid_value');
  }
  const { prompt } = body;
  if (typeof prompt !== 'string' || prompt === '') {
    refuse("Missing required parameter: 'prompt'.", 'prompt', 'missing_required_parameter');
  }
  if (prompt.length > MAX_PROMPT) {
    refuse(
      `Invalid 'prompt': string too long. Expected a string with maximum length ${MAX_PROMPT}.`,
      'prompt',
      'string_above_max_length',
    );
  }
  const isLater = /^gpt-image-2\.[5-9]/.test(model);
  const format = oneOf(body, 'output_format', ['png', 'jpeg', 'webp'], 'png');
  const background = oneOf(body, 'background', ['transparent', 'opaque', 'auto'], 'auto');
  if (background === 'transparent' && format === 'jpeg') {
    refuse('Transparent background is not supported for JPEG output format.', 'background', 'invalid_value');
  }
  const compression = range(body, 'output_compression', 0, 100);
  if (compression !== undefined && compression !== 100 && format === 'png') {
    refuse(
      'Compression less than 100 is not supported for PNG output format.',
      'output_compression',
      'invalid_png_output_compression',
    );
  }
  const stream = body['stream'] === true;
  const partials = range(body, 'partial_images', 0, 3) ?? 0;
  if (partials > 0 && !stream)
    refuse("'partial_images' can only be used with streaming.", 'partial_images', 'invalid_value');
  const { images, mask } = isEdit ? pictures(body) : { images: [], mask: undefined };
  return {
    model,
    prompt,
    n: range(body, 'n', 1, 10) ?? 1,
    ...sizeOf(body, model),
    quality: oneOf(body, 'quality', isLater ? [...QUALITIES, 'xhigh', 'max'] : QUALITIES, 'auto'),
    background: background === 'transparent' ? 'transparent' : 'opaque',
    format: format as PictureFormat,
    compression: compression ?? 100,
    stream,
    partials,
    images,
    mask,
  };
}

/** A form says everything in text. */
function withNumbers(form: JsonObject): JsonObject {
  const read = (name: string, value: unknown) => {
    if (typeof value !== 'string') return value;
    if (['n', 'partial_images', 'output_compression'].includes(name)) return Number(value);
    return name === 'stream' ? value === 'true' : value;
  };
  return Object.fromEntries(Object.entries(form).map(([name, value]) => [name, read(name, value)]));
}

function pictures(body: JsonObject): { images: FormFile[]; mask: FormFile | undefined } {
  const { image, mask } = body;
  const images = Array.isArray(image) ? image : [image];
  const isPicture = (file: unknown): file is FormFile =>
    file instanceof FormFile && /^image\/(png|jpeg|webp)$/.test(file.type);
  if (image === undefined)
    refuse("Missing required parameter: 'image'.", 'image', 'missing_required_parameter');
  if (!images.every(isPicture) || images.length > 16) {
    refuse(
      'Invalid image file or mode for image. Supported: up to 16 files of image/jpeg, image/png or image/webp.',
      'image',
      'invalid_image_file',
    );
  }
  if (mask === undefined) return { images, mask: undefined };
  if (!(mask instanceof FormFile) || mask.type !== 'image/png') {
    refuse('Invalid mask: expected a PNG file.', 'mask', 'invalid_image_file');
  }
  return { images, mask };
}

function sizeOf(body: JsonObject, model: string): { width: number; height: number } {
  const size = body['size'] ?? 'auto';
  if (size === 'auto') return { width: 1024, height: 1024 };
  const [, w, h] = /^(\d+)x(\d+)$/.exec(String(size)) ?? [];
  const [width, height] = [Number(w), Number(h)];
  const isFree = /^gpt-image-2/.test(model);
  const fits =
    width % 16 === 0 &&
    height % 16 === 0 &&
    Math.max(width, height) <= 3840 &&
    width * height <= 3840 * 2160 &&
    width * height >= 655_360 &&
    Math.max(width, height) <= 3 * Math.min(width, height);
  if (isFree ? !fits : !STANDARD_SIZES.includes(String(size))) {
    refuse(
      `Invalid size '${String(size)}'. Supported sizes are 1024x1024, 1024x1536, 1536x1024, and auto${isFree ? ', or others whose sides are multiples of 16' : ''}.`,
      'size',
      'invalid_value',
    );
  }
  return { width, height };
}

function oneOf(body: JsonObject, param: string, values: readonly string[], fallback: string): string {
  const value = body[param] ?? fallback;
  if (typeof value === 'string' && values.includes(value)) return value;
  const list = values.map((each) => `'${each}'`).join(', ');
  return refuse(`Invalid value: '${String(value)}'. Supported values are: ${list}.`, param, 'invalid_value');
}

function range(body: JsonObject, param: string, least: number, most: number): number | undefined {
  const value = checkInteger(body, param, least);
  if (value !== undefined && value > most) {
    refuse(
      `Invalid '${param}': integer above maximum value. Expected a value <= ${most}, but got ${value} instead.`,
      param,
      'integer_above_max_value',
    );
  }
  return value;
}
