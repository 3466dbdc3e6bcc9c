import { createRoute, z } from '@hono/zod-openapi';
import type { Deps } from '../../../deps.ts';
import { usdFromNano } from '../../../domain/money.ts';
import type { LimitState } from '../../../services/ledger/contract.ts';
import { authenticate } from '../../middleware/authenticate.ts';
import { currentUserOrKey } from '../../middleware/current-user.ts';
import { setLimitHeaders } from '../../middleware/rate-limit.ts';
import { type App, accepts, answer, errors } from '../../openapi.ts';

const amount = z
  .union([z.int(), z.string()])
  .openapi({ description: 'A whole number; for `usd` a decimal string.' });

const limitSchema = z
  .object({
    name: z.string().openapi({ example: 'budget-day' }),
    unit: z.enum(['tokens', 'requests', 'concurrent-requests', 'usd']),
    limit: amount,
    remaining: amount,
    resetSeconds: z.int().openapi({ description: 'Until it is whole again, or its period ends; 0: never.' }),
    windowSeconds: z.int().optional(),
  })
  .openapi('Limit');

const limitsSchema = z
  .object({ tier: z.enum(['free', 'pro', 'team']), items: z.array(limitSchema) })
  .openapi('Limits');

export const limitsRoute = (app: App, deps: Deps) =>
  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/v1/limits',
      tags: ['usage'],
      summary: 'What you have left, as the ledger has it now',
      security: accepts('accessToken', 'apiKey:usage:read'),
      middleware: [authenticate(deps, 'accessToken', 'apiKey:usage:read'), currentUserOrKey()] as const,
      responses: { 200: answer(limitsSchema, 'Each limit.'), ...errors('unauthenticated', 'forbidden') },
    }),
    async (c) => {
      const limits = await deps.ledger.limits(c.var.principal.uid);
      setLimitHeaders(c, limits);
      return c.json({ tier: c.var.user.tier, items: limits.map(toLimit) }, 200);
    },
  );

function toLimit({ unit, limit, remaining, ...rest }: LimitState): z.infer<typeof limitSchema> {
  return unit === 'nano-usd'
    ? { ...rest, unit: 'usd', limit: usdFromNano(limit), remaining: usdFromNano(remaining) }
    : { ...rest, unit, limit, remaining };
}
