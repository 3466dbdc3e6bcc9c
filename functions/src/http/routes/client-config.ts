import { createRoute, z } from '@hono/zod-openapi';
import type { Deps } from '../../deps.ts';
import { type App, answer } from '../openapi.ts';

const configSchema = z
  .object({
    projectId: z.string(),
    apiKey: z.string(),
    authDomain: z.string(),
    functionsBaseUrl: z
      .url()
      .openapi({ description: 'Functions answer at `<functionsBaseUrl>/<function name>`.' }),
    authEmulatorUrl: z.url().optional(),
    sandbox: z.boolean().openapi({ description: 'Whether any provider is answered by the local sandbox.' }),
  })
  .openapi('ClientConfig');

/** Public: a page needs it before anybody is signed in, and nothing in it is a secret (a Web API key is an id). */
export const clientConfigRoute = (app: App, { config, providers }: Deps) =>
  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/v1/client-config',
      tags: ['meta'],
      summary: 'What a page needs to reach Firebase Authentication and the functions',
      responses: { 200: answer(configSchema, 'The configuration.') },
    }),
    (c) =>
      c.json(
        {
          projectId: config.projectId,
          apiKey: config.webApiKey,
          authDomain: `${config.projectId}.firebaseapp.com`,
          functionsBaseUrl: config.functionsBaseUrl,
          ...(config.authEmulatorHost && { authEmulatorUrl: `http://${config.authEmulatorHost}` }),
          sandbox: providers.list().some(({ sandbox }) => sandbox),
        },
        200,
      ),
  );
