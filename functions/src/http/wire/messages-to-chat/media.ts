import type { WireObject } from '../../../providers/wire.ts';
import { type MediaSource, sourceIn, textIn } from '../anthropic/blocks.ts';
import { optionalTextAt } from '../invalid.ts';
import type { Lost } from '../lost.ts';

const MEDIA = new Set(['type', 'source']);
const DOCUMENT = new Set([...MEDIA, 'title']);

/** A text, an image or a document of a user's message. */
export function partOf(block: WireObject, path: string, lost: Lost): WireObject[] {
  switch (block['type']) {
    case 'text':
      return [{ type: 'text', text: textIn(block, path, lost) }];
    case 'image': {
      const source = sourceIn(block['source'], `${path}.source`, lost);
      if (!source || 'text' in source) break;
      lost.rest(block, path, MEDIA);
      return [{ type: 'image_url', image_url: { url: 'url' in source ? source.url : dataUrlOf(source) } }];
    }
    case 'document': {
      const source = sourceIn(block['source'], `${path}.source`, lost);
      if (source && 'text' in source) {
        lost.rest(block, path, MEDIA);
        return [{ type: 'text', text: source.text }];
      }
      if (!source || 'url' in source || source.mediaType !== 'application/pdf') break;
      lost.rest(block, path, DOCUMENT);
      // OpenAI wants a name for whatever is sent as a file.
      const filename = optionalTextAt(block['title'], `${path}.title`) ?? 'document.pdf';
      return [{ type: 'file', file: { filename, file_data: dataUrlOf(source) } }];
    }
    default:
  }
  lost.add(path);
  return [];
}

function dataUrlOf({ mediaType, data }: Extract<MediaSource, { data: string }>): string {
  return `data:${mediaType};base64,${data}`;
}
