import type { WireObject } from '../../../providers/wire.ts';
import { objectAt, textAt } from '../invalid.ts';
import type { Lost } from '../lost.ts';

const BLOCK = new Set(['type', 'source', 'cache_control']);

/** A text, an image or a document of a user's message. */
export function partOf(block: WireObject, path: string, lost: Lost): WireObject[] {
  switch (block['type']) {
    case 'text':
      lost.rest(block, path, new Set(['type', 'text', 'cache_control', 'citations']));
      return [{ type: 'text', text: textAt(block['text'], `${path}.text`) }];
    case 'image': {
      const source = objectAt(block['source'], `${path}.source`);
      const url = source['type'] === 'url' ? textAt(source['url'], `${path}.source.url`) : dataUrlOf(source);
      if (url === undefined) break;
      lost.rest(block, path, BLOCK);
      return [{ type: 'image_url', image_url: { url } }];
    }
    case 'document': {
      const source = objectAt(block['source'], `${path}.source`);
      const data = dataUrlOf(source);
      if (data === undefined || source['media_type'] !== 'application/pdf') break;
      lost.rest(block, path, new Set([...BLOCK, 'title']));
      const { title } = block;
      // OpenAI wants a name for whatever is sent as a file.
      const filename = typeof title === 'string' ? title : 'document.pdf';
      return [{ type: 'file', file: { filename, file_data: data } }];
    }
    default:
  }
  lost.add(path);
  return [];
}

function dataUrlOf({ type, media_type: mediaType, data }: WireObject): string | undefined {
  return type === 'base64' && typeof data === 'string' ? `data:${mediaType};base64,${data}` : undefined;
}
