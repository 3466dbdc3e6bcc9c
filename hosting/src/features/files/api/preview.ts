import { queryOptions } from '@tanstack/react-query';
import { ApiError } from '#lib/api/errors.ts';
import type { StoredFile } from '#lib/api/types.ts';
import { downloadUrl } from './download-url.ts';

/** What of a long text is shown. */
const SHOWN_CHARACTERS = 20_000;

export type Preview =
  | { kind: 'image' | 'video' | 'audio'; url: string }
  | { kind: 'text'; text: string; cut: boolean }
  | { kind: 'none' };

/** What a page can show of a file. Pictures come as a blob: pages load images from nowhere else. */
export function previewQuery(uid: string, { id, mediaType }: StoredFile) {
  return queryOptions({
    queryKey: ['file-preview', uid, id],
    queryFn: async ({ signal }): Promise<Preview> => {
      const kind = mediaType?.split('/')[0] ?? '';
      if (kind === 'video' || kind === 'audio') return { kind, url: await downloadUrl(id, 'inline') };
      const isText = kind === 'text' || mediaType === 'application/json';
      if (kind !== 'image' && !isText) return { kind: 'none' };
      const response = await fetch(await downloadUrl(id, 'inline'), { signal });
      if (!response.ok) throw new ApiError('unavailable', `The storage answered ${response.status}.`);
      if (kind === 'image') return { kind, url: URL.createObjectURL(await response.blob()) };
      const text = await response.text();
      return { kind: 'text', text: text.slice(0, SHOWN_CHARACTERS), cut: text.length > SHOWN_CHARACTERS };
    },
    // The URL is good for five minutes.
    staleTime: 240_000,
    gcTime: 240_000,
  });
}
