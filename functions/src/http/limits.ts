import { z } from '@hono/zod-openapi';
import { usdFromNano } from '../domain/money.ts';
import type { LimitState } from '../services/ledger/contract.ts';

const amount = z
  .union([z.int(), z.string()])
  .openapi({ description: 'A whole number; for `usd` a decimal string.' });

export const limitSchema = z
  .object({
    name: z.string().openapi({ example: 'budget-day' }),
    unit: z.enum(['tokens', 'requests', 'concurrent-requests', 'usd']),
    limit: amount,
    remaining: amount,
    resetSeconds: z.int().openapi({ description: 'Until it is whole again, or its period ends; 0: never.' }),
    windowSeconds: z.int().optional(),
  })
  .openapi('Limit');

/** A limit as the API shows it: money as a decimal string. */
export function toLimit({ unit, limit, remaining, ...rest }: LimitState): z.infer<typeof limitSchema> {
  return unit === 'nano-usd'
    ? { ...rest, unit: 'usd', limit: usdFromNano(limit), remaining: usdFromNano(remaining) }
    : { ...rest, unit, limit, remaining };
}
