import { describe, expect, it } from 'vitest';
import { ask, testApp } from '../test-support.ts';
import { securityHeaders } from './security-headers.ts';

const app = testApp();
app.use(securityHeaders());
app.get('/api/v1/thing', (c) => c.json({}));
app.get('/api/docs', (c) => c.html('<p>docs</p>'));
app.get('/api/broken', () => {
  throw new Error('broken');
});

/** A policy's directives by name. */
function policyOf(response: Response): Record<string, string> {
  const policy = response.headers.get('content-security-policy') ?? '';
  return Object.fromEntries(
    policy.split(';').map((part) => {
      const [name = '', ...values] = part.trim().split(/\s+/);
      return [name, values.join(' ')];
    }),
  );
}

describe.each(['/api/v1/thing', '/api/docs', '/api/broken', '/nowhere'])(
  'SecurityHeadersMiddleware on %s',
  (path) => {
    it('sends them all', async () => {
      const { headers } = await ask(app, path);
      expect(Object.fromEntries(headers)).toMatchObject({
        'strict-transport-security': 'max-age=63072000; includeSubDomains; preload',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'cross-origin',
        'permissions-policy': expect.stringContaining('camera=()'),
      });
      expect(headers.has('x-powered-by')).toBe(false);
    });

    it('lets nobody frame it and no inline script run', async () => {
      const policy = policyOf(await ask(app, path));
      expect(policy).toMatchObject({ 'default-src': "'none'", 'frame-ancestors': "'none'" });
      expect(policy['script-src'] ?? '').not.toContain('unsafe');
    });
  },
);

it('lets the docs page load its own files alone', async () => {
  const policy = policyOf(await ask(app, '/api/docs'));
  expect(policy).toMatchObject({ 'script-src': "'self'", 'connect-src': "'self'", 'form-action': "'none'" });
  expect(Object.values(policy).join(' ')).not.toMatch(/https?:|\*/);
});

it('lets answers load nothing', async () => {
  expect(policyOf(await ask(app, '/api/v1/thing'))).toEqual({
    'default-src': "'none'",
    'frame-ancestors': "'none'",
  });
});
