/**
 * What an API key may be allowed to do; deny by default. The one table: OpenAPI shows it and the console offers it.
 */
export const SCOPES = {
  generate: 'Call chat models',
  'models:read': 'List providers and models',
  'usage:read': 'Read usage, summaries and limits',
  'files:read': 'List and download files',
  'files:write': 'Upload and delete files',
  images: 'Make and change images',
  videos: 'Make and change videos',
} as const;

export type Scope = keyof typeof SCOPES;
export const SCOPE_NAMES = Object.keys(SCOPES) as [Scope, ...Scope[]];
