import { inlineData } from '../../../providers/gemini/body.ts';
import type { WireObject } from '../../../providers/wire.ts';
import { objectAt, textAt } from '../invalid.ts';
import type { Lost } from '../lost.ts';

/** An image or a PDF of a user's message, which Gemini takes with the request; it fetches no addresses. */
export function mediaOf(part: WireObject, path: string, lost: Lost): WireObject[] {
  switch (part['type']) {
    case 'image_url': {
      const image = objectAt(part['image_url'], `${path}.image_url`);
      const media = dataOf(textAt(image['url'], `${path}.image_url.url`));
      lost.rest(part, path, new Set(['type', 'image_url']));
      lost.rest(image, `${path}.image_url`, new Set(['url']), { detail: ['auto'] });
      if (media) return [media];
      lost.add(`${path}.image_url.url`);
      return [];
    }
    case 'file': {
      const file = objectAt(part['file'], `${path}.file`);
      const data = typeof file['file_data'] === 'string' ? file['file_data'] : '';
      if (!data.startsWith('data:application/pdf;base64,')) break;
      lost.rest(part, path, new Set(['type', 'file']));
      lost.rest(file, `${path}.file`, new Set(['file_data']));
      return [dataOf(data)].filter((media) => media !== undefined);
    }
    default:
  }
  lost.add(path);
  return [];
}

/** `data:<media type>;base64,<data>` */
function dataOf(url: string): WireObject | undefined {
  const comma = url.indexOf(',');
  const [, mediaType] = /^data:([\w.+/-]+);base64$/.exec(url.slice(0, Math.max(0, comma))) ?? [];
  return mediaType === undefined ? undefined : inlineData(mediaType, url.slice(comma + 1));
}
