import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createApi, createListProviders, createProxy, describeApi } from './app.ts';
import { readConfig } from './config.ts';
import { createDeps } from './deps.ts';
import type { App } from './http/openapi.ts';
import { ENABLED_PROVIDERS } from './providers/enabled.ts';

const deps = createDeps(readConfig({ CLIENT_TOKEN_SECRET: 's'.repeat(32) }));
const document = describeApi(deps);

/** `GET /path` for each route of an app, in OpenAPI's words; middleware apart. */
const routesOf = (app: App) => [
  ...new Set(
    app.routes
      .filter(({ method }) => method !== 'ALL')
      .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)(\{.*?\})?/g, '{$1}')}`),
  ),
];
const described = Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
  Object.keys(methods ?? {})
    .filter((key) => ['get', 'post', 'put', 'patch', 'delete'].includes(key))
    .map((method) => `${method.toUpperCase()} ${path}`),
);

/** They describe the API; they are not part of it. */
const UNDESCRIBED = ['GET /api/openapi.json', 'GET /api/docs', 'GET /api/docs/{file}'];

describe('the OpenAPI document', () => {
  it('is the one that is committed: npm run openapi writes it', () => {
    const committed: unknown = JSON.parse(readFileSync(new URL('../openapi.json', import.meta.url), 'utf8'));
    expect(JSON.parse(JSON.stringify(document))).toEqual(committed);
  });

  it('is OpenAPI 3.1', () => {
    expect(document.openapi).toBe('3.1.0');
  });

  it('describes every route of the control plane', () => {
    const routes = routesOf(createApi(deps)).filter((route) => !UNDESCRIBED.includes(route));
    expect(routes.sort()).toEqual(described.filter((route) => route.includes(' /api/')).sort());
  });

  it('describes the one route of every other function', () => {
    expect(routesOf(createListProviders(deps))).toEqual(['GET /']);
    const proxies = ENABLED_PROVIDERS.map((id) => {
      expect(routesOf(createProxy(deps, id))).toEqual(['POST /']);
      return `POST /${id}Generate`;
    });
    expect(described).toEqual(expect.arrayContaining(['GET /listProviders', ...proxies]));
  });

  it('gives every error the one shape', () => {
    for (const [path, methods] of Object.entries(document.paths ?? {})) {
      for (const [method, operation] of Object.entries(methods as Record<string, { responses?: object }>)) {
        for (const [status, response] of Object.entries(operation.responses ?? {})) {
          if (Number(status) < 400) continue;
          expect({ path, method, status, response }).toMatchObject({
            response: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } } },
          });
        }
      }
    }
  });

  it('names no credential that is not defined', () => {
    const schemes = Object.keys(document.components?.securitySchemes ?? {});
    for (const methods of Object.values(document.paths ?? {})) {
      for (const { security = [] } of Object.values(methods as Record<string, { security?: object[] }>)) {
        expect(schemes).toEqual(expect.arrayContaining(security.flatMap((kinds) => Object.keys(kinds))));
      }
    }
  });
});
