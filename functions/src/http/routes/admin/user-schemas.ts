import { z } from '@hono/zod-openapi';
import { PERIODS } from '../../../domain/ledger/period.ts';
import { nanoFromUsd, usdFromNano } from '../../../domain/money.ts';
import { TIER_NAMES } from '../../../domain/tiers.ts';
import type { UserPatch } from '../../../services/update-user.ts';
import type { UserDocument } from '../../../store/users.ts';
import { toUser, usdSchema, userSchema } from '../../schemas.ts';

const limits = {
  // Within what the ledger keeps exact.
  capacity: z.int().positive().max(1e11),
  refillPerSecond: z.int().positive().max(1e9),
  requestsPerMinute: z.int().positive().max(1_000_000),
  concurrency: z.int().positive().max(500),
  budgets: z
    .array(z.strictObject({ usd: usdSchema, period: z.enum(PERIODS) }))
    .refine((budgets) => new Set(budgets.map(({ period }) => period)).size === budgets.length, {
      message: 'Must have one budget a period at most.',
    }),
  models: z.array(z.string().min(1).max(200)).max(500),
};

const bucket = 'The bucket, in LLM tokens; what is absent is the tier’s.';

/** RFC 7396: null clears a field, of `overrides` or of its `tokens`, or all of either. */
export const userPatchSchema = z
  .strictObject({
    isActive: z.boolean().optional(),
    tier: z.enum(TIER_NAMES).optional(),
    overrides: z
      .strictObject({
        tokens: z
          .strictObject({
            capacity: limits.capacity.nullable().optional(),
            refillPerSecond: limits.refillPerSecond.nullable().optional(),
          })
          .nullable()
          .optional()
          .openapi({ description: bucket }),
        requestsPerMinute: limits.requestsPerMinute.nullable().optional(),
        concurrency: limits.concurrency.nullable().optional(),
        budgets: limits.budgets.nullable().optional(),
        models: limits.models.nullable().optional(),
      })
      .nullable()
      .optional(),
  })
  .openapi('UserPatch');

export const adminUserSchema = userSchema
  .extend({
    overrides: z
      .object({
        tokens: z
          .object({
            capacity: limits.capacity.optional(),
            refillPerSecond: limits.refillPerSecond.optional(),
          })
          .optional()
          .openapi({ description: bucket }),
        requestsPerMinute: limits.requestsPerMinute.optional(),
        concurrency: limits.concurrency.optional(),
        budgets: limits.budgets.optional(),
        models: limits.models.optional(),
      })
      .nullable(),
  })
  .openapi('AdminUser');

export function toPatch({ overrides, ...rest }: z.infer<typeof userPatchSchema>): UserPatch {
  if (!overrides) return { ...rest, overrides };
  const { budgets, ...limitsOfUser } = overrides;
  return {
    ...rest,
    overrides: {
      ...limitsOfUser,
      budgets:
        budgets?.map(({ usd, period }) => ({ period, nanoUsd: nanoFromUsd(usd) })) ??
        (budgets as null | undefined),
    },
  };
}

export function toAdminUser(uid: string, user: UserDocument): z.infer<typeof adminUserSchema> {
  const { overrides } = user;
  return {
    ...toUser(uid, user),
    overrides: overrides && {
      ...overrides,
      budgets: overrides.budgets?.map(({ nanoUsd, period }) => ({ usd: usdFromNano(nanoUsd), period })),
    },
  };
}
