import { createRoute, z } from '@hono/zod-openapi';
import type { Deps } from '../../../deps.ts';
import { limitSchema, toLimit } from '../../limits.ts';
import { authenticate } from '../../middleware/authenticate.ts';
import { currentUserOrKey } from '../../middleware/current-user.ts';
import { setLimitHeaders } from '../../middleware/rate-limit.ts';
import { type App, accepts, answer, errors } from '../../openapi.ts';

const limitsSchema = z
  .object({ tier: z.enum(['free', 'pro', 'team']), items: z.array(limitSchema) })
  .openapi('Limits');

export const limitsRoute = (app: App, deps: Deps) =>
  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/v1/limits',
      tags: ['usage'],
      summary: 'What you have left, as the ledger has it now; with an API key also what the key has left',
      security: accepts('accessToken', 'apiKey:usage:read'),
      middleware: [authenticate(deps, 'accessToken', 'apiKey:usage:read'), currentUserOrKey()] as const,
      responses: { 200: answer(limitsSchema, 'Each limit.'), ...errors('unauthenticated', 'forbidden') },
    }),
    async (c) => {
      const { principal } = c.var;
      const [ofUser, ofKey] = await Promise.all([
        deps.ledger.limits(principal.uid),
        principal.kind === 'apiKey' ? deps.ledger.keyLimits(principal.keyId) : [],
      ]);
      const limits = [...ofUser, ...ofKey];
      setLimitHeaders(c, limits);
      return c.json({ tier: c.var.user.tier, items: limits.map(toLimit) }, 200);
    },
  );
