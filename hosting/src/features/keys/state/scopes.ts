import type { Scope } from '#lib/api/types.ts';

/** What each scope allows, in the words of the API's document; a scope that is missing here fails the type check. */
export const SCOPES: Record<Scope, string> = {
  generate: 'Call chat models',
  'models:read': 'List providers and models',
  'usage:read': 'Read usage, summaries and limits',
  'files:read': 'List and download files',
  'files:write': 'Upload and delete files',
  images: 'Make and change images',
  videos: 'Make and change videos',
};

export const SCOPE_NAMES = Object.keys(SCOPES) as Scope[];
