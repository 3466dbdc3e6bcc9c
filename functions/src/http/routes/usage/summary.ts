import { createRoute, z } from '@hono/zod-openapi';
import type { Deps } from '../../../deps.ts';
import { GatewayError } from '../../../domain/errors.ts';
import { usdFromNano } from '../../../domain/money.ts';
import { summariseUsage } from '../../../services/usage/summarise-usage.ts';
import { authenticate } from '../../middleware/authenticate.ts';
import { currentUserOrKey } from '../../middleware/current-user.ts';
import { type App, accepts, answer, errors } from '../../openapi.ts';
import { summaryItemSchema, summaryQuerySchema } from './usage-query.ts';

const DAY_MS = 86_400_000;
const MOST_DAYS = 366;

const summarySchema = z
  .object({ from: z.iso.date(), to: z.iso.date(), items: z.array(summaryItemSchema) })
  .openapi('UsageSummary');

export const usageSummaryRoute = (app: App, deps: Deps) =>
  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/v1/usage/summary',
      tags: ['usage'],
      summary: 'Sum up your usage by day, model, provider or API key',
      security: accepts('accessToken', 'apiKey:usage:read'),
      middleware: [authenticate(deps, 'accessToken', 'apiKey:usage:read'), currentUserOrKey()] as const,
      request: { query: summaryQuerySchema },
      responses: {
        200: answer(summarySchema, 'Days in their order, else the dearest first.'),
        ...errors('invalid_request', 'unauthenticated', 'forbidden'),
      },
    }),
    async (c) => {
      const query = c.req.valid('query');
      const to = query.to ?? dayOf(deps.now());
      const from = query.from ?? dayOf(Date.parse(to) - 29 * DAY_MS);
      const days = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;
      if (days < 1) throw new GatewayError('invalid_request', 'to: lies before from.');
      if (days > MOST_DAYS)
        throw new GatewayError('invalid_request', `from: more than ${MOST_DAYS} days before to.`);
      // There is nothing from before the account was made.
      const since = dayOf(c.var.user.createdAt.toMillis());
      const items = await summariseUsage(c.var.store, c.var.principal.uid, {
        ...query,
        from: from < since ? since : from,
        to,
      });
      const shown = items.map(({ costNanoUsd, ...item }) => ({
        ...item,
        cost: { usd: usdFromNano(costNanoUsd) },
      }));
      return c.json({ from, to, items: shown }, 200);
    },
  );

const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10);
