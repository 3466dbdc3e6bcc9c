import type { WireObject } from '../../../providers/wire.ts';
import { objectAt, optionalTextAt, textAt } from '../invalid.ts';
import type { Lost } from '../lost.ts';

/** An image or a PDF of a user's message; `detail` can't be carried unless it leaves the choice to the model. */
export function mediaOf(part: WireObject, path: string, lost: Lost): WireObject[] {
  switch (part['type']) {
    case 'image_url': {
      const image = objectAt(part['image_url'], `${path}.image_url`);
      lost.rest(part, path, new Set(['type', 'image_url']));
      lost.rest(image, `${path}.image_url`, new Set(['url']), { detail: ['auto'] });
      const url = textAt(image['url'], `${path}.image_url.url`);
      return [{ type: 'image', source: dataOf(url) ?? { type: 'url', url } }];
    }
    case 'file': {
      const file = objectAt(part['file'], `${path}.file`);
      const source = typeof file['file_data'] === 'string' ? dataOf(file['file_data']) : undefined;
      if (source?.['media_type'] !== 'application/pdf') break;
      lost.rest(part, path, new Set(['type', 'file']));
      lost.rest(file, `${path}.file`, new Set(['file_data', 'filename']));
      const title = optionalTextAt(file['filename'], `${path}.file.filename`);
      return [{ type: 'document', source, ...(title !== undefined && { title }) }];
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
  return mediaType === undefined
    ? undefined
    : { type: 'base64', media_type: mediaType, data: url.slice(comma + 1) };
}
