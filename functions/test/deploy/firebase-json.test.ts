import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { root } from '../../../tools/lib/paths.ts';
import type { FirebaseJson } from '../../../tools/lib/project.ts';

const read = (path: string) => JSON.parse(readFileSync(join(root, path), 'utf8')) as unknown;
const config = read('firebase.json') as FirebaseJson;

function headersOf(source: string): Record<string, string> {
  const entries = config.hosting.headers
    ?.filter((rule) => rule.source === source)
    .flatMap((rule) => rule.headers);
  return Object.fromEntries((entries ?? []).map(({ key, value }) => [key, value]));
}

it('is valid by the Firebase CLI’s own schema', () => {
  const schema = read('node_modules/firebase-tools/schema/firebase-config.json') as object;
  const validate = new Ajv({ allowUnionTypes: true, validateFormats: false }).compile(schema);
  validate(config);
  expect(validate.errors).toBeNull();
});

it('keeps the local addresses of the contract', () => {
  const { auth, functions, firestore, hosting, storage } = config.emulators;
  expect([hosting, functions, firestore, auth, storage].map(({ port }) => port)).toEqual([
    5000, 5001, 8080, 9099, 9199,
  ]);
});

describe('the policy of the pages', () => {
  const directives = Object.fromEntries(
    (headersOf('!/api/**')['Content-Security-Policy'] ?? '').split('; ').map((directive) => {
      const [name = '', ...sources] = directive.split(' ');
      return [name, sources];
    }),
  );

  it('lets no inline script run, nobody frame them, and only known hosts be called', () => {
    expect(directives).toMatchObject({
      'default-src': ["'self'"],
      'object-src': ["'none'"],
      'base-uri': ["'none'"],
      'frame-ancestors': ["'none'"],
    });
    expect(JSON.stringify(directives)).not.toMatch(/unsafe|http:|\*"/);
    expect(directives['script-src']).toEqual(["'self'", 'https://apis.google.com']);
    // What a model writes is shown as Markdown: an image from elsewhere could carry the conversation out.
    expect(directives['img-src']).toEqual(["'self'", 'data:', 'blob:']);
  });

  it('plays videos and sound from Storage and the functions, by their signed URLs', () => {
    expect(directives['media-src']).toEqual([
      "'self'",
      'blob:',
      'https://storage.googleapis.com',
      'https://*.cloudfunctions.net',
    ]);
  });

  it('lets the page call Firebase Authentication and the functions', () => {
    expect(directives['connect-src']).toEqual([
      "'self'",
      'https://identitytoolkit.googleapis.com',
      'https://securetoken.googleapis.com',
      'https://*.cloudfunctions.net',
      'https://storage.googleapis.com',
    ]);
  });
});

it('sends the other security headers with every page', () => {
  expect(headersOf('!/api/**')).toMatchObject({
    'Strict-Transport-Security': expect.stringMatching(/^max-age=63072000/),
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    'Referrer-Policy': 'no-referrer',
    'Permissions-Policy': expect.stringContaining('camera=()'),
  });
});

it('lets only named assets be kept', () => {
  expect(headersOf('!/api/**')['Cache-Control']).toBe('no-cache');
  expect(headersOf('/assets/**')['Cache-Control']).toBe('public, max-age=31536000, immutable');
});
