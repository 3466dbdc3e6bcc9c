import { z } from '@hono/zod-openapi';
import { MEDIA_TYPES } from '../../../domain/files/media-types.ts';
import { IMAGE_LIMITS } from '../../../domain/images/limits.ts';
import { BLENDS, FITS, FORMATS, type Operation, POSITIONS } from '../../../domain/images/operations.ts';
import { IMAGE_QUALITIES, MADE_FORMATS } from '../../../providers/images.ts';
import type { ImagesAnswer } from '../../../services/images/contract.ts';
import { expiresAtSchema, fileSchema, toFile } from '../files/schemas.ts';

export const fileIdSchema = z.string().min(1).max(100).openapi({ description: 'Of one of your files.' });
const nameSchema = z
  .string()
  .min(1)
  .max(200)
  .optional()
  .openapi({ description: 'Of the file that is made.' });

const edge = z.int().min(1).max(IMAGE_LIMITS.edge);
const place = z.int().min(0).max(IMAGE_LIMITS.edge);
const colour = z
  .string()
  .regex(/^#([0-9a-fA-F]{6}|[0-9a-fA-F]{8})$/, 'Must be a colour such as #ff8800 or #ff880080.')
  .openapi({ example: '#ffffff' });

const operationSchema = z
  .discriminatedUnion('type', [
    z
      .strictObject({
        type: z.literal('resize'),
        width: edge.optional(),
        height: edge.optional(),
        fit: z.enum(FITS).optional().openapi({ description: 'As in CSS; `cover` by default.' }),
        position: z.enum(POSITIONS).optional(),
        background: colour.optional().openapi({ description: 'Of what `contain` adds.' }),
        enlarge: z.boolean().optional().openapi({ description: 'Without it a picture never gets larger.' }),
      })
      .refine(({ width, height }) => width !== undefined || height !== undefined, {
        path: ['width'],
        message: 'Give a width, a height or both.',
      }),
    z.strictObject({ type: z.literal('crop'), left: place, top: place, width: edge, height: edge }),
    z.strictObject({
      type: z.literal('rotate'),
      angle: z.number().min(-360).max(360).openapi({ description: 'Degrees, clockwise.' }),
      background: colour.optional(),
    }),
    z.strictObject({ type: z.literal('flip'), direction: z.enum(['horizontal', 'vertical']) }),
    z
      .strictObject({
        type: z.literal('compose'),
        fileId: fileIdSchema,
        left: place.optional(),
        top: place.optional(),
        position: z.enum(POSITIONS).optional(),
        width: edge.optional().openapi({ description: 'How wide it is laid over.' }),
        opacity: z.number().min(0).max(1).optional(),
        blend: z.enum(BLENDS).optional(),
      })
      .refine(({ left, top }) => (left === undefined) === (top === undefined), {
        path: ['left'],
        message: 'Give both left and top, or neither.',
      }),
    z.strictObject({ type: z.literal('thumbnail'), size: z.int().min(16).max(1024).default(256) }),
    z.strictObject({
      type: z.literal('convert'),
      format: z.enum(FORMATS),
      background: colour
        .optional()
        .openapi({ description: 'Of what is transparent, where the format has no transparency.' }),
    }),
    z.strictObject({
      type: z.literal('compress'),
      quality: z.int().min(1).max(100).openapi({ description: 'A PNG gets a palette.' }),
    }),
  ])
  .openapi('ImageOperation');

const MOST_OVERLAYS = 4;

export const transformBodySchema = z
  .strictObject({
    fileId: fileIdSchema,
    operations: z
      .array(operationSchema)
      .min(1)
      .max(IMAGE_LIMITS.operations)
      .refine(
        (operations: Operation[]) =>
          operations.filter(({ type }) => type === 'compose').length <= MOST_OVERLAYS,
        `${MOST_OVERLAYS} pictures can be laid over at most.`,
      )
      .openapi({ description: 'Done one after the other, in this order.' }),
    frame: z
      .int()
      .min(0)
      .max(10_000)
      .optional()
      .openapi({ description: 'Which frame of an animated picture, from 0.' }),
    name: nameSchema,
    expiresAt: expiresAtSchema.optional(),
  })
  .openapi('TransformRequest');

export const imageInfoSchema = z
  .object({
    format: z.enum(FORMATS),
    mediaType: z.enum(Object.keys(MEDIA_TYPES) as [string, ...string[]]),
    bytes: z.int(),
    width: z.int().openapi({ description: 'Upright, as a viewer shows it.' }),
    height: z.int(),
    frames: z.int().openapi({ description: 'More than one: animated.' }),
    hasAlpha: z.boolean(),
    colorSpace: z.string().openapi({ example: 'srgb' }),
    bitDepth: z.string().openapi({ example: 'uchar' }),
    orientation: z.int().openapi({ description: 'How the stored pixels are to be turned, as EXIF counts.' }),
    metadata: z.object({ exif: z.boolean(), iccProfile: z.boolean(), xmp: z.boolean() }),
  })
  .openapi('ImageInfo');

const made = {
  provider: z.string().min(1).max(50).optional().openapi({ example: 'openai' }),
  model: z.string().min(1).max(200).optional().openapi({
    example: 'gpt-image-2.5-flare',
    description: 'One of those with the capability `images`; absent: the first of them.',
  }),
  n: z.int().min(1).max(10).default(1).openapi({ description: 'How many pictures; a stream makes one.' }),
  size: z
    .string()
    .regex(/^(auto|[1-9]\d{1,4}x[1-9]\d{1,4})$/, 'Must be auto or a size such as 1024x1024.')
    .default('1024x1024'),
  quality: z.enum(IMAGE_QUALITIES).default('auto'),
  background: z.enum(['transparent', 'opaque', 'auto']).default('auto'),
  format: z.enum(MADE_FORMATS).default('png'),
  compression: z.int().min(0).max(100).optional().openapi({ description: 'Of JPEG and WebP.' }),
  stream: z.boolean().optional(),
  partialImages: z
    .int()
    .min(0)
    .max(3)
    .optional()
    .openapi({ description: 'How many unfinished pictures a stream has on the way; 2 by default.' }),
  includeData: z
    .boolean()
    .default(false)
    .openapi({ description: 'The answer holds the pictures too, in base64.' }),
  name: nameSchema,
  expiresAt: expiresAtSchema.optional(),
};
const prompt = z.string().min(1).max(32_000);

interface Streamable {
  stream?: boolean | undefined;
  n: number;
  partialImages?: number | undefined;
  format: string;
  background: string;
  compression?: number | undefined;
}

/** What holds for each body that makes pictures. */
function consistent<T extends z.ZodType<Streamable>>(schema: T): T {
  return schema
    .refine(({ stream, n }) => !stream || n === 1, { path: ['n'], message: 'A stream makes one picture.' })
    .refine(({ stream, partialImages }) => stream || partialImages === undefined, {
      path: ['partialImages'],
      message: 'Only a stream has them.',
    })
    .refine(({ format, background }) => format !== 'jpeg' || background !== 'transparent', {
      path: ['background'],
      message: 'A JPEG has no transparency.',
    })
    .refine(({ format, compression }) => format !== 'png' || compression === undefined, {
      path: ['compression'],
      message: 'A PNG loses nothing; it has no compression to choose.',
    }) as T;
}

export const generateImagesSchema = consistent(z.strictObject({ prompt, ...made })).openapi(
  'GenerateImagesRequest',
);

/** 4 MiB in base64. */
const MOST_MASK_TEXT = Math.ceil((4 * 1024 * 1024) / 3) * 4;

export const editImagesSchema = consistent(
  z.strictObject({
    prompt,
    images: z.array(fileIdSchema).min(1).max(16).openapi({ description: 'PNG, JPEG or WebP.' }),
    mask: z
      .union([
        z.strictObject({ fileId: fileIdSchema }),
        z.strictObject({ data: z.base64().min(1).max(MOST_MASK_TEXT) }),
      ])
      .optional()
      .openapi({
        description:
          'A PNG as large as the first picture, transparent where it is to change; a file, or base64.',
      }),
    ...made,
  }),
).openapi('EditImagesRequest');

export const varyImagesSchema = consistent(
  z.strictObject({
    image: fileIdSchema,
    prompt: prompt
      .optional()
      .openapi({ description: 'What is to differ. Absent: whatever the model likes.' }),
    ...made,
  }),
).openapi('VaryImagesRequest');

export const imagesSchema = z
  .object({
    id: z.string(),
    provider: z.string(),
    model: z.string(),
    images: z.array(
      z.object({ file: fileSchema, data: z.string().optional().openapi({ description: 'Base64.' }) }),
    ),
    usage: z.object({
      inputTokens: z.int().openapi({ description: 'Those of pictures included.' }),
      imageInputTokens: z.int(),
      outputTokens: z.int(),
    }),
    cost: z.object({ usd: z.string().openapi({ example: '0.005925' }) }),
    latencyMs: z.int(),
    warnings: z.array(z.string()).optional(),
  })
  .openapi('ImagesAnswer');

/** Pictures as the API shows them. */
export function toImages({ images, ...rest }: ImagesAnswer): z.infer<typeof imagesSchema> {
  return { ...rest, images: images.map(({ file, ...image }) => ({ file: toFile(file), ...image })) };
}
