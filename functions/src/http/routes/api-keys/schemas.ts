import { Timestamp } from '@google-cloud/firestore';
import { z } from '@hono/zod-openapi';
import { GatewayError } from '../../../domain/errors.ts';
import { PERIODS } from '../../../domain/ledger/period.ts';
import { nanoFromUsd, usdFromNano } from '../../../domain/money.ts';
import { SCOPE_NAMES } from '../../../domain/scopes.ts';
import { type ApiKeyChoices, statusOf } from '../../../services/api-keys/api-key.ts';
import type { ApiKeyPatch } from '../../../services/api-keys/merge-choices.ts';
import type { ApiKeyDocument } from '../../../store/api-keys.ts';
import { usdSchema } from '../../schemas.ts';

const WEEK_SECONDS = 7 * 86_400;

const name = z.string().trim().min(1).max(100);
const scopes = z
  .array(z.enum(SCOPE_NAMES))
  .min(1)
  .transform((list) => [...new Set(list)]);
const providers = z.array(z.string().min(1).max(50)).min(1).max(50);
const models = z.array(z.string().min(1).max(200)).min(1).max(200);
const expiresAt = z.iso.datetime({ offset: true });
const budget = z.strictObject({
  usd: usdSchema.refine((usd) => /[1-9]/.test(usd), 'Must be more than nothing.'),
  period: z.enum(PERIODS),
});
const rates = {
  tokensPerMinute: z.int().positive().max(1_000_000_000),
  requestsPerMinute: z.int().positive().max(1_000_000),
  concurrency: z.int().positive().max(500),
};
const limits = z
  .strictObject({
    tokensPerMinute: rates.tokensPerMinute.optional(),
    requestsPerMinute: rates.requestsPerMinute.optional(),
    concurrency: rates.concurrency.optional(),
  })
  .refine((value) => Object.keys(value).length > 0, 'Must have at least one limit.');
export const graceSchema = z.int().min(0).max(WEEK_SECONDS).openapi({ description: 'Seconds, 0 to 7 days.' });
const rotation = z.strictObject({ everyDays: z.int().min(1).max(365), graceSeconds: graceSchema });
/** Firestore keeps names of the form `__x__` to itself. */
const tagName = z
  .string()
  .min(1)
  .max(50)
  .refine((text) => !/^__.*__$/s.test(text), 'Must not be of the form __x__.');
const tagValue = z.string().max(200);
const tags = z
  .record(tagName, tagValue)
  .refine((value) => Object.keys(value).length <= 20, 'Must have 20 tags at most.');

export const createSchema = z
  .strictObject({
    name,
    scopes,
    providers: providers.optional(),
    models: models.optional(),
    expiresAt: expiresAt.optional(),
    budget: budget.optional(),
    limits: limits.optional(),
    rotation: rotation.optional(),
    tags: tags.optional(),
  })
  .openapi('ApiKeyCreate');

export const patchSchema = z
  .strictObject({
    name: name.optional(),
    scopes: scopes.optional(),
    providers: providers.nullable().optional(),
    models: models.nullable().optional(),
    expiresAt: expiresAt.nullable().optional(),
    budget: budget.partial().nullable().optional(),
    limits: z
      .strictObject({
        tokensPerMinute: rates.tokensPerMinute.nullable().optional(),
        requestsPerMinute: rates.requestsPerMinute.nullable().optional(),
        concurrency: rates.concurrency.nullable().optional(),
      })
      .nullable()
      .optional(),
    rotation: rotation.partial().nullable().optional(),
    tags: z.record(tagName, tagValue.nullable()).nullable().optional(),
  })
  .openapi('ApiKeyPatch');

export const apiKeySchema = z
  .object({
    id: z.string(),
    name: z.string(),
    prefix: z.string().openapi({ example: 'fg_live_4fT9…' }),
    scopes: z.array(z.enum(SCOPE_NAMES)),
    providers: z.array(z.string()).optional(),
    models: z.array(z.string()).optional(),
    status: z.enum(['active', 'revoked', 'expired']),
    expiresAt: z.iso.datetime().optional(),
    createdAt: z.iso.datetime(),
    lastUsedAt: z.iso.datetime().optional(),
    budget: z.object({ usd: z.string(), period: z.enum(PERIODS) }).optional(),
    limits: z
      .object({
        tokensPerMinute: z.int().optional(),
        requestsPerMinute: z.int().optional(),
        concurrency: z.int().optional(),
      })
      .optional(),
    rotation: z.object({ everyDays: z.int(), graceSeconds: z.int() }).optional(),
    tags: z.record(z.string(), z.string()).optional(),
  })
  .openapi('ApiKey');

export const secretSchema = z
  .object({
    key: z.string().openapi({ description: 'The key’s text, shown here and never again.' }),
    apiKey: apiKeySchema,
  })
  .openapi('ApiKeySecret');

/** @throws GatewayError `invalid_request` for an expiry that has passed already */
export function toPatch(body: z.infer<typeof patchSchema>, now: number): ApiKeyPatch {
  const { expiresAt: expiry, budget: amount, ...rest } = body;
  if (expiry && Date.parse(expiry) <= now)
    throw new GatewayError('invalid_request', 'expiresAt: lies in the past.');
  return {
    ...withoutUndefined(rest),
    ...(expiry !== undefined && { expiresAt: expiry && Timestamp.fromMillis(Date.parse(expiry)) }),
    ...(amount !== undefined && {
      budget: amount && {
        ...(amount.usd !== undefined && { nanoUsd: nanoFromUsd(amount.usd) }),
        ...(amount.period !== undefined && { period: amount.period }),
      },
    }),
  } as ApiKeyPatch;
}

/** A new key: what is not chosen is none. */
export function toNewChoices(body: z.infer<typeof createSchema>, now: number): ApiKeyChoices {
  const none = {
    providers: null,
    models: null,
    expiresAt: null,
    budget: null,
    limits: null,
    rotation: null,
    tags: null,
  };
  const { tags = {} } = body;
  return {
    ...none,
    ...toPatch(body, now),
    tags: Object.keys(tags).length > 0 ? tags : null,
  } as ApiKeyChoices;
}

/** @param usedAt when the ledger last admitted it, in ms since the epoch */
export function toApiKey(
  id: string,
  key: ApiKeyDocument,
  now: number,
  usedAt: number | undefined,
): z.infer<typeof apiKeySchema> {
  const lastUsedAt = Math.max(key.lastUsedAt?.toMillis() ?? 0, usedAt ?? 0);
  return {
    id,
    name: key.name,
    prefix: key.prefix,
    scopes: key.scopes,
    ...(key.providers && { providers: key.providers }),
    ...(key.models && { models: key.models }),
    status: statusOf(key, now),
    ...(key.expiresAt && { expiresAt: key.expiresAt.toDate().toISOString() }),
    createdAt: key.createdAt.toDate().toISOString(),
    ...(lastUsedAt > 0 && { lastUsedAt: new Date(lastUsedAt).toISOString() }),
    ...(key.budget && { budget: { usd: usdFromNano(key.budget.nanoUsd), period: key.budget.period } }),
    ...(key.limits && { limits: key.limits }),
    ...(key.rotation && { rotation: key.rotation }),
    ...(key.tags && { tags: key.tags }),
  };
}

const withoutUndefined = (object: object) =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
