import { z } from '@hono/zod-openapi';
import { pageFields } from '../../schemas.ts';

/** `2026-11-23` is the start of that UTC day. */
const moment = z
  .union([z.iso.datetime({ offset: true }), z.iso.date()])
  .transform((text) => Date.parse(text.length === 10 ? `${text}T00:00:00Z` : text))
  // Firestore's first and last moments.
  .refine((at) => at >= -62_135_596_800_000 && at <= 253_402_300_799_999, 'Must be of the years 1 to 9999.');

export const filterSchema = {
  provider: z.string().min(1).max(50).optional(),
  model: z.string().min(1).max(200).optional(),
  apiKeyId: z.string().min(1).max(100).optional(),
};

export const usageQuerySchema = z.strictObject({
  ...filterSchema,
  from: moment
    .optional()
    .openapi({ description: 'Inclusive; ISO 8601, a date is its start in UTC.', example: '2026-11-01' }),
  to: moment.optional().openapi({ description: 'Exclusive.' }),
  ...pageFields,
});

const day = z.iso.date().refine((text) => text >= '0001' && text < '9999', 'Must be of the years 1 to 9998.');

export const summaryQuerySchema = z.strictObject({
  ...filterSchema,
  groupBy: z.enum(['day', 'model', 'provider', 'apiKey']).default('day'),
  from: day.optional().openapi({ description: 'A UTC day, inclusive; default 29 days before `to`.' }),
  to: day.optional().openapi({ description: 'A UTC day, inclusive; default today.' }),
});

const counts = {
  inputTokens: z.int(),
  outputTokens: z.int(),
  cachedInputTokens: z.int(),
  cacheWriteInputTokens: z.int(),
  reasoningTokens: z.int(),
  cost: z.object({ usd: z.string().openapi({ example: '0.000123' }) }),
};

export const usageItemSchema = z
  .object({
    id: z.string(),
    timestamp: z.iso.datetime(),
    userId: z.string(),
    apiKeyId: z.string().optional(),
    provider: z.string(),
    model: z.string(),
    route: z.string(),
    ...counts,
    units: z
      .object({ images: z.int().optional(), seconds: z.number().optional(), bytes: z.int().optional() })
      .optional()
      .openapi({ description: 'What was made or kept, where that is not counted in tokens.' }),
    latencyMs: z.number(),
    timeToFirstTokenMs: z.number().optional(),
    status: z.enum(['ok', 'error', 'cancelled']),
    terminationReason: z.enum([
      'completed',
      'max_tokens',
      'client_disconnected',
      'upstream_error',
      'upstream_timeout',
      'deadline',
      'abandoned',
    ]),
    source: z.enum(['provider', 'estimated', 'held']),
    attempts: z.array(
      z.object({
        provider: z.string(),
        model: z.string(),
        status: z.enum(['ok', 'error', 'cancelled']),
        latencyMs: z.number(),
        cost: z
          .object({ usd: z.string() })
          .optional()
          .openapi({ description: 'Its part of the cost; absent in older records.' }),
        upstreamStatus: z.int().optional(),
        upstreamRequestId: z.string().optional(),
      }),
    ),
  })
  .openapi('UsageRecord');

export const summaryItemSchema = z
  .object({
    day: z.iso.date().optional(),
    provider: z.string().optional(),
    model: z.string().optional(),
    apiKeyId: z.string().nullable().optional(),
    requests: z.int(),
    errors: z.int(),
    ...counts,
  })
  .openapi('UsageSummaryItem');
