import { readFileSync } from 'node:fs';
import type { App } from './openapi.ts';

const DOCUMENT = {
  openapi: '3.1.0',
  info: {
    title: 'Firegate',
    version: '1.0.0',
    description: 'The control plane of an LLM gateway that runs in your own Firebase project.',
    license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
  },
};

/** OpenAPI 3.1 from the schemas of the routes that are registered by now. */
export function openApiDocument(app: App) {
  app.openAPIRegistry.registerComponent('securitySchemes', 'accessToken', {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'A Firebase ID token, from `auth/login` or the Firebase SDK.',
  });
  app.openAPIRegistry.registerComponent('securitySchemes', 'clientToken', {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'From `auth/client-token`; for the proxy functions alone.',
  });
  return app.getOpenAPI31Document(DOCUMENT);
}

const ASSETS = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'docs.js': 'text/javascript; charset=utf-8',
} as const;

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Firegate API</title>
<link rel="stylesheet" href="docs/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/docs.js"></script>
</body>
</html>
`;

/** `/api/openapi.json`, and `/api/docs`: Swagger UI from this deployment's own files, so that it works offline. */
export function documentApi(app: App): void {
  let document: string | undefined;
  app.get('/api/openapi.json', (c) => {
    document ??= JSON.stringify(openApiDocument(app));
    return c.body(document, 200, { 'Content-Type': 'application/json; charset=utf-8' });
  });
  app.get('/api/docs', (c) => c.html(PAGE));
  app.get('/api/docs/:file', (c) => {
    const file = c.req.param('file');
    if (!isAsset(file)) return c.notFound();
    // build.mjs puts them beside the bundle.
    const body = readFileSync(new URL(`./docs/${file}`, import.meta.url));
    return c.body(body, 200, { 'Content-Type': ASSETS[file], 'Cache-Control': 'public, max-age=3600' });
  });
}

function isAsset(file: string): file is keyof typeof ASSETS {
  return Object.hasOwn(ASSETS, file);
}
