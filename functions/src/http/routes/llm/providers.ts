import { createRoute, z } from '@hono/zod-openapi';
import type { Deps } from '../../../deps.ts';
import { listAliases } from '../../../services/list-aliases.ts';
import { listProviders } from '../../../services/list-providers.ts';
import { authenticate } from '../../middleware/authenticate.ts';
import { clientTokenUser, currentUserOrKey } from '../../middleware/current-user.ts';
import { type App, accepts, answer, errors } from '../../openapi.ts';

const rates = {
  input: z.string().openapi({ example: '1.25' }),
  output: z.string(),
  cachedInput: z.string().optional(),
  cacheWriteInput: z.string().optional(),
  cacheWrite1hInput: z.string().optional(),
  imageInput: z.string().optional(),
  imageOutput: z.string().optional(),
};

const providersSchema = z
  .object({
    providers: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        configured: z.boolean(),
        sandbox: z.boolean().openapi({ description: 'The local sandbox answers: no provider key is set.' }),
        models: z.array(
          z.object({
            id: z.string(),
            name: z.string(),
            contextWindow: z.int(),
            maxOutputTokens: z.int(),
            capabilities: z.array(z.string()),
            pricesPerMillionTokens: z
              .object({
                ...rates,
                longContext: z.array(z.object({ aboveInputTokens: z.int(), ...rates })).optional(),
              })
              .optional()
              .openapi({ description: 'USD.' }),
          }),
        ),
      }),
    ),
    aliases: z
      .array(z.object({ id: z.string(), models: z.array(z.string()) }))
      .optional()
      .openapi({
        description: 'Where the deployment has names of its own for models: each tries its models in order.',
      }),
  })
  .openapi('Providers');

/** All that a grant allows; without one, all. */
function offer({ config, providers }: Deps, grant?: Parameters<typeof listProviders>[1]) {
  const aliases = listAliases(config.modelAliases, grant);
  return { ...listProviders(providers, grant), ...(aliases.length > 0 && { aliases }) };
}

const documented = {
  method: 'get' as const,
  tags: ['llm'],
  responses: {
    200: answer(
      providersSchema,
      'The enabled providers and their models; models[0] is the chat model to suggest.',
    ),
    ...errors('unauthenticated', 'forbidden'),
  },
};

export const providersRoute = (app: App, deps: Deps) =>
  app.openapi(
    createRoute({
      ...documented,
      path: '/api/v1/llm/providers',
      summary: 'List the providers and models',
      security: accepts('accessToken', 'apiKey:models:read'),
      middleware: [authenticate(deps, 'accessToken', 'apiKey:models:read'), currentUserOrKey()] as const,
    }),
    (c) => c.json(offer(deps), 200),
  );

/** The one route of the `listProviders` function; a token that is bound to some lists those alone. */
export const listProvidersRoute = (app: App, deps: Deps) =>
  app.openapi(
    createRoute({
      ...documented,
      path: '/',
      summary: 'List the providers and models that a client token allows',
      security: accepts('clientToken'),
      middleware: [authenticate(deps, 'clientToken'), clientTokenUser()] as const,
    }),
    (c) => c.json(offer(deps, c.var.principal), 200),
  );
