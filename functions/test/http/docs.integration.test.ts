import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Answer, call } from '../harness/request.ts';

describe('/api/openapi.json', () => {
  it('is the committed document, at every address of the function', async () => {
    const committed: unknown = JSON.parse(
      readFileSync(new URL('../../openapi.json', import.meta.url), 'utf8'),
    );
    for (const path of ['/api/api/openapi.json', '/api/openapi.json']) {
      const answer = await call(path);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toContain('application/json');
      expect(answer.body).toEqual(committed);
    }
  });
});

describe('/api/docs', () => {
  let page: Answer;
  beforeAll(async () => {
    page = await call('/api/api/docs');
  });
  const references = () =>
    [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, reference = '']) => reference);

  it('is a page', () => {
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toContain('text/html');
  });

  it('loads nothing but files of this deployment, so that it works offline', async () => {
    expect(references().length).toBeGreaterThanOrEqual(3);
    for (const reference of references()) {
      expect(reference).not.toMatch(/^(https?:)?\/\//);
      const url = new URL(reference, 'http://x/api/api/docs');
      const asset = await call(url.pathname);
      expect({ reference, status: asset.status }).toEqual({ reference, status: 200 });
      expect(asset.headers.get('content-type')).toMatch(
        reference.endsWith('.css') ? /text\/css/ : /javascript/,
      );
      expect(asset.text.length).toBeGreaterThan(50);
      expect(asset.headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  it('runs no inline script, as its policy demands', () => {
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/script-src 'self'(;|$)/);
    expect(policy).toMatch(/connect-src 'self'(;|$)/);
    for (const [, attributes = '', body = ''] of page.text.matchAll(/<script([^>]*)>([\s\S]*?)<\/script>/g)) {
      expect(attributes).toContain('src=');
      expect(body).toBe('');
    }
    expect(page.text).not.toMatch(/\son\w+=/);
  });

  it('finds the document where it looks for it', async () => {
    const script = await call('/api/api/docs/docs.js');
    const [, url = ''] = /url: '([^']+)'/.exec(script.text) ?? [];
    expect(new URL(url, 'http://x/api/docs').pathname).toBe('/api/openapi.json');
  });

  it.each(['nothing.js', '..%2findex.js', '..%2f..%2fpackage.json', '%2e%2e%2fopenapi.json', 'constructor'])(
    'has no file %s',
    async (file) => {
      const answer = await call(`/api/api/docs/${file}`);
      expect(answer.status).toBe(404);
      expect(answer.headers.get('cache-control')).toBe('no-store');
    },
  );
});

describe('what a page needs before anybody is signed in', () => {
  it('is public and holds no secret', async () => {
    const { status, body } = await call<Record<string, unknown>>('/api/api/v1/client-config');
    expect(status).toBe(200);
    expect(Object.keys(body).sort()).toEqual([
      'apiKey',
      'authDomain',
      'authEmulatorUrl',
      'functionsBaseUrl',
      'projectId',
      'sandbox',
    ]);
    const functions = String(body['functionsBaseUrl']);
    expect((await fetch(`${functions}/listProviders`)).status).toBe(401);
  });
});
