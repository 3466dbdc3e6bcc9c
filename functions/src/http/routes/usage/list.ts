import { createRoute, z } from '@hono/zod-openapi';
import { accepts as accepted } from 'hono/accepts';
import type { Deps } from '../../../deps.ts';
import { usdFromNano } from '../../../domain/money.ts';
import { listUsage } from '../../../services/usage/list-usage.ts';
import type { UsageDocument } from '../../../store/usage-metrics.ts';
import { authenticate } from '../../middleware/authenticate.ts';
import { currentUserOrKey } from '../../middleware/current-user.ts';
import { type App, accepts, errors } from '../../openapi.ts';
import { toCsv } from './csv.ts';
import { usageItemSchema, usageQuerySchema } from './usage-query.ts';

const pageSchema = z
  .object({ items: z.array(usageItemSchema), nextCursor: z.string().optional() })
  .openapi('UsagePage');

export const usageRoute = (app: App, deps: Deps) =>
  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/v1/usage',
      tags: ['usage'],
      summary: 'List your usage records, the newest first',
      description:
        'With `Accept: text/csv` the page comes as CSV (RFC 4180) and the next page as a `Link` header.',
      security: accepts('accessToken', 'apiKey:usage:read'),
      middleware: [authenticate(deps, 'accessToken', 'apiKey:usage:read'), currentUserOrKey()] as const,
      request: { query: usageQuerySchema },
      responses: {
        200: {
          description: 'A page.',
          content: { 'application/json': { schema: pageSchema }, 'text/csv': { schema: z.string() } },
        },
        ...errors('invalid_request', 'unauthenticated', 'forbidden'),
      },
    }),
    async (c) => {
      const { limit, cursor, ...filter } = c.req.valid('query');
      const { items, nextCursor } = await listUsage(c.var.store, c.var.principal.uid, filter, {
        limit,
        cursor,
      });
      const shown = items.map(toItem);
      c.header('Vary', 'Accept', { append: true });
      const type = accepted(c, {
        header: 'Accept',
        supports: ['application/json', 'text/csv'],
        default: 'application/json',
      });
      if (type !== 'text/csv') return c.json({ items: shown, ...(nextCursor && { nextCursor }) }, 200);
      if (nextCursor) {
        // Relative to this URL, whose path the caller knows better: a proxy may have shortened it.
        const next = new URL(c.req.url).searchParams;
        next.set('cursor', nextCursor);
        c.header('Link', `<?${next}>; rel="next"`);
      }
      return c.body(toCsv(shown), 200, { 'Content-Type': 'text/csv; charset=utf-8' });
    },
  );

/** A record as the API shows it; what is held and at which price stays inside. */
function toItem({ id, data: item }: { id: string; data: UsageDocument }): z.infer<typeof usageItemSchema> {
  return {
    id,
    timestamp: item.timestamp.toDate().toISOString(),
    userId: item.userId,
    ...(item.apiKeyId !== undefined && { apiKeyId: item.apiKeyId }),
    provider: item.provider,
    model: item.model,
    route: item.route,
    inputTokens: item.inputTokens,
    outputTokens: item.outputTokens,
    cachedInputTokens: item.cachedInputTokens,
    cacheWriteInputTokens: item.cacheWriteInputTokens,
    reasoningTokens: item.reasoningTokens,
    ...(item.units !== undefined && { units: item.units }),
    cost: { usd: usdFromNano(item.costNanoUsd) },
    latencyMs: item.latencyMs,
    ...(item.timeToFirstTokenMs !== undefined && { timeToFirstTokenMs: item.timeToFirstTokenMs }),
    status: item.status,
    terminationReason: item.terminationReason,
    source: item.source,
    attempts: item.attempts.map(({ costNanoUsd, ...attempt }) => ({
      ...attempt,
      ...(costNanoUsd !== undefined && { cost: { usd: usdFromNano(costNanoUsd) } }),
    })),
  };
}
