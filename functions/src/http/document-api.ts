import { readFileSync } from 'node:fs';
import { SCOPES } from '../domain/scopes.ts';
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

const FUNCTIONS = {
  url: 'https://{region}-{projectId}.cloudfunctions.net',
  description: 'The function’s own URL; Hosting would hold a stream back.',
  variables: { region: { default: 'us-central1' }, projectId: { default: 'demo-firegate' } },
};

/**
 * OpenAPI 3.1 from the schemas of the routes.
 *
 * @param app the control plane
 * @param functions the other functions, each with its one route at `/`, by name
 */
export function openApiDocument(app: App, functions: Record<string, App>) {
  app.openAPIRegistry.registerComponent('securitySchemes', 'accessToken', {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'A Firebase ID token, from `auth/login` or the Firebase SDK.',
  });
  app.openAPIRegistry.registerComponent('securitySchemes', 'apiKey', {
    type: 'apiKey',
    in: 'header',
    name: 'X-API-Key',
    description: `An API key; also as a bearer token. Scopes: ${Object.entries(SCOPES)
      .map(([name, what]) => `\`${name}\` (${what})`)
      .join(', ')}.`,
  });
  app.openAPIRegistry.registerComponent('securitySchemes', 'clientToken', {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'From `auth/client-token`; for the proxy functions alone.',
  });
  const document = app.getOpenAPI31Document(DOCUMENT);
  for (const [name, other] of Object.entries(functions)) {
    const { paths, components } = other.getOpenAPI31Document(DOCUMENT);
    document.paths = { ...document.paths, [`/${name}`]: { ...paths?.['/'], servers: [FUNCTIONS] } };
    document.components = {
      ...document.components,
      schemas: { ...document.components?.schemas, ...components?.schemas },
    };
  }
  return document;
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
export function documentApi(app: App, functions: () => Record<string, App>): void {
  let document: string | undefined;
  app.get('/api/openapi.json', (c) => {
    document ??= JSON.stringify(openApiDocument(app, functions()));
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
