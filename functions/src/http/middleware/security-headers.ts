import { createMiddleware } from 'hono/factory';
import { secureHeaders } from 'hono/secure-headers';
import type { AppEnv } from '../env.ts';

const common = {
  strictTransportSecurity: 'max-age=63072000; includeSubDomains; preload',
  xContentTypeOptions: 'nosniff',
  xFrameOptions: 'DENY',
  referrerPolicy: 'no-referrer',
  // Pages of other origins that CORS lets in may read the answers.
  crossOriginResourcePolicy: 'cross-origin',
  crossOriginOpenerPolicy: 'same-origin',
  permissionsPolicy: { camera: [], geolocation: [], microphone: [], payment: [], usb: [] },
};

/** JSON and event streams: nothing may be loaded by what the functions send. */
const api = secureHeaders({
  ...common,
  contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
});

/** The docs page: scripts from here alone; Swagger UI sets style attributes and inlines its icons. */
const docs = secureHeaders({
  ...common,
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", 'data:'],
    connectSrc: ["'self'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
});

/** What users have uploaded: whatever it says it is, nothing in it runs. */
const content = secureHeaders({
  ...common,
  contentSecurityPolicy: { sandbox: [], defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
});

const policyOf = (path: string) => {
  if (path.startsWith('/api/docs')) return docs;
  return /^\/api\/v1\/files\/[^/]+\/content$/.test(path) ? content : api;
};

/** SecurityHeadersMiddleware, after OWASP's HTTP Headers Cheat Sheet. */
export const securityHeaders = () => createMiddleware<AppEnv>((c, next) => policyOf(c.req.path)(c, next));
