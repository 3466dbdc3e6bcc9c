import type {
  ImageEditCompletedEvent,
  ImageEditPartialImageEvent,
  ImageGenCompletedEvent,
  ImageGenPartialImageEvent,
  ImagesResponse,
} from 'openai/resources/images';
import sharp from 'sharp';
import { type Directives, parseDirectives, withoutDirectives } from '../directives.ts';
import { draw } from '../draw.ts';
import type { Reply, StreamEvent } from '../provider.ts';
import { countInputTokens } from '../tokens.ts';
import { errorReply, refuse } from './errors.ts';
import { checkPictures, type PictureAsk } from './images-check.ts';

/** What a picture that goes in counts, and each unfinished one that comes out. */
const GIVEN_TOKENS = 256;
const PARTIAL_TOKENS = 100;

/** `POST /v1/images/generations` and, with pictures that go in, `POST /v1/images/edits`. @throws {ReplyError} */
export async function createPictures(given: unknown, isEdit: boolean): Promise<Reply> {
  const asked = checkPictures(given, isEdit);
  const directives = parseDirectives(asked.prompt);
  const ask = { ...asked, prompt: withoutDirectives(asked.prompt) };
  await checkContents(ask);
  const delivery = { delayMs: directives.delay, fault: directives.fault };
  const pictures = await Promise.all(
    Array.from({ length: ask.n }, async (_, nth) => (await draw(ask, nth, 0)).toString('base64')),
  );
  const usage = usageOf(ask, directives);
  if (!ask.stream) return { kind: 'json', status: 200, body: answerOf(ask, pictures, usage), delivery };
  return { kind: 'stream', events: await eventsOf(ask, pictures, usage, isEdit), delivery };
}

/** `POST /v1/images/variations` is no more. */
export const noVariations = (): Reply => errorReply(404, 'This endpoint is retired and no longer available.');

/** What can be told only by looking into the files. */
async function checkContents({ images, mask }: PictureAsk): Promise<void> {
  const sizes = await Promise.all(
    [...images, ...(mask ? [mask] : [])].map(({ bytes }) =>
      sharp(bytes)
        .metadata()
        .then(({ autoOrient, hasAlpha }) => ({ ...autoOrient, hasAlpha }))
        .catch(() =>
          refuse(
            'Invalid image file or mode for image 1, please check your image file.',
            'image',
            'invalid_image_file',
          ),
        ),
    ),
  );
  const [first] = sizes;
  const last = sizes.at(-1);
  if (!mask || !first || !last) return;
  if (last.width !== first.width || last.height !== first.height) {
    refuse('Invalid input image - format size and mask size do not match.', 'mask', 'invalid_image_file');
  }
  if (!last.hasAlpha)
    refuse(
      'Invalid mask image format - mask image missing alpha channel.',
      'mask',
      'invalid_mask_image_format',
    );
}

type Usage = NonNullable<ImagesResponse['usage']>;

function usageOf(ask: PictureAsk, directives: Directives): Usage {
  const text = directives.input ?? countInputTokens(ask.prompt) + 4;
  const image = GIVEN_TOKENS * (ask.images.length + (ask.mask ? 1 : 0));
  const output = directives.tokens ?? ask.n * (pictureTokens(ask) + ask.partials * PARTIAL_TOKENS);
  return {
    input_tokens: text + image,
    input_tokens_details: { text_tokens: text, image_tokens: image },
    output_tokens: output,
    total_tokens: text + image + output,
  };
}

/** Longer sides of the grid that a picture is, by quality; `auto` is high here. */
const GRIDS = {
  early: { low: 16, medium: 32, high: 64 },
  second: { low: 16, medium: 48, high: 96 },
  later: { low: 16, medium: 24, high: 48, xhigh: 64, max: 96 },
} as const;

function pictureTokens({ model, quality, width, height }: PictureAsk): number {
  const era = /^gpt-image-1/.test(model) ? 'early' : /^gpt-image-2($|-)/.test(model) ? 'second' : 'later';
  const grids: Readonly<Record<string, number>> = GRIDS[era];
  const longer = grids[quality] ?? GRIDS[era].high;
  const shorter = Math.round((longer * Math.min(width, height)) / Math.max(width, height));
  return Math.ceil((longer * shorter * (2_000_000 + width * height)) / 4_000_000);
}

/** As the answer names what `auto` came to. */
const chosen = ({ background, format, quality, width, height }: PictureAsk) => ({
  background,
  output_format: format,
  quality: (quality === 'auto' ? 'high' : quality) as 'low' | 'medium' | 'high' | 'xhigh' | 'max',
  size: `${width}x${height}`,
});

function answerOf(ask: PictureAsk, pictures: readonly string[], usage: Usage): ImagesResponse {
  const data = pictures.map((b64_json) => ({ b64_json }));
  return { created: now(), ...chosen(ask), data, usage };
}

async function eventsOf(
  ask: PictureAsk,
  pictures: readonly string[],
  usage: Usage,
  isEdit: boolean,
): Promise<StreamEvent[]> {
  const kind = isEdit ? 'image_edit' : 'image_generation';
  const common = { created_at: now(), ...chosen(ask) };
  const unfinished = await Promise.all(
    Array.from({ length: ask.partials }, (_, at) => draw(ask, 0, ask.partials - at)),
  );
  const partials = unfinished.map(
    (picture, at) =>
      ({
        type: `${kind}.partial_image`,
        b64_json: picture.toString('base64'),
        partial_image_index: at,
        ...common,
      }) as ImageGenPartialImageEvent | ImageEditPartialImageEvent,
  );
  const finished = pictures.map(
    (b64_json) =>
      ({ type: `${kind}.completed`, b64_json, ...common, usage }) as
        | ImageGenCompletedEvent
        | ImageEditCompletedEvent,
  );
  return [...partials, ...finished].map((data) => ({ event: data.type, data, paced: true }));
}

const now = () => Math.floor(Date.now() / 1000);
