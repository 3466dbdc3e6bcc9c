import * as z from 'zod/mini';
import type { ApiKey, ApiKeyCreate, ApiKeyPatch, BudgetPeriod, Scope } from '#lib/api/types.ts';
import { SCOPE_NAMES } from './scopes.ts';

export const PERIODS: readonly (readonly [BudgetPeriod, string])[] = [
  ['day', 'a day'],
  ['week', 'a week'],
  ['month', 'a month'],
  ['total', 'in total'],
];

export const GRACES: readonly (readonly [seconds: string, name: string])[] = [
  ['0', 'No grace: at once'],
  ['3600', '1 hour'],
  ['86400', '1 day'],
  ['259200', '3 days'],
  ['604800', '7 days'],
];

const wholeNumber = (most: number) =>
  z.string().check(
    z.refine((text) => text === '' || (/^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= most), {
      error: `A whole number from 1 to ${most.toLocaleString('en-US')}.`,
    }),
  );

const TAG = /^[^=\s][^=]*=.{0,200}$/;

/** The form's fields as they are typed; empty means not set. */
export const keyForm = z.object({
  name: z
    .string()
    .check(z.trim(), z.minLength(1, 'Give the key a name.'), z.maxLength(100, 'At most 100 characters.')),
  scopes: z.array(z.enum(SCOPE_NAMES)).check(z.minLength(1, 'Choose at least one scope.')),
  providers: z.array(z.string()),
  models: z.array(z.string()),
  budgetUsd: z.string().check(
    z.refine((text) => text === '' || /^\d{1,9}(\.\d{1,9})?$/.test(text), {
      error: 'An amount in USD, such as 5 or 0.50.',
    }),
  ),
  budgetPeriod: z.enum(['day', 'week', 'month', 'total']),
  requestsPerMinute: wholeNumber(1_000_000),
  tokensPerMinute: wholeNumber(1_000_000_000),
  concurrency: wholeNumber(500),
  /** Of an `<input type="datetime-local">`, in the person's own zone. */
  expiresAt: z.string(),
  rotationDays: wholeNumber(365),
  rotationGrace: z.string(),
  /** A `name=value` on each line. */
  tags: z.string().check(
    z.refine((text) => lines(text).every((line) => TAG.test(line)), {
      error: 'Write name=value, one on each line.',
    }),
  ),
});

export type KeyForm = z.infer<typeof keyForm>;

export const EMPTY_FORM: KeyForm = {
  name: '',
  scopes: ['generate', 'models:read'],
  providers: [],
  models: [],
  budgetUsd: '',
  budgetPeriod: 'month',
  requestsPerMinute: '',
  tokensPerMinute: '',
  concurrency: '',
  expiresAt: '',
  rotationDays: '',
  rotationGrace: '86400',
  tags: '',
};

/** The fields of a key that is there. */
export function formOf(key: ApiKey): KeyForm {
  const { limits = {}, budget, rotation, tags = {} } = key;
  return {
    name: key.name,
    scopes: [...key.scopes],
    providers: key.providers ?? [],
    models: key.models ?? [],
    budgetUsd: budget === undefined ? '' : plain(budget.usd),
    budgetPeriod: budget?.period ?? 'month',
    requestsPerMinute: String(limits.requestsPerMinute ?? ''),
    tokensPerMinute: String(limits.tokensPerMinute ?? ''),
    concurrency: String(limits.concurrency ?? ''),
    expiresAt: key.expiresAt === undefined ? '' : localInput(key.expiresAt),
    rotationDays: String(rotation?.everyDays ?? ''),
    rotationGrace: String(rotation?.graceSeconds ?? EMPTY_FORM.rotationGrace),
    tags: Object.entries(tags)
      .map(([name, value]) => `${name}=${value}`)
      .join('\n'),
  };
}

/** What the form asks for, with null for all that is not set. */
function wishes(form: KeyForm): Required<ApiKeyPatch> {
  const limits = Object.fromEntries(
    (['requestsPerMinute', 'tokensPerMinute', 'concurrency'] as const)
      .filter((name) => form[name] !== '')
      .map((name) => [name, Number(form[name])]),
  );
  const tags = Object.fromEntries(
    lines(form.tags).map((line) => {
      const at = line.indexOf('=');
      return [line.slice(0, at).trim(), line.slice(at + 1).trim()];
    }),
  );
  return {
    name: form.name.trim(),
    scopes: form.scopes as Scope[],
    providers: form.providers.length === 0 ? null : form.providers,
    models: form.models.length === 0 ? null : form.models,
    budget: form.budgetUsd === '' ? null : { usd: form.budgetUsd, period: form.budgetPeriod },
    limits: Object.keys(limits).length === 0 ? null : limits,
    expiresAt: form.expiresAt === '' ? null : new Date(form.expiresAt).toISOString(),
    rotation:
      form.rotationDays === ''
        ? null
        : { everyDays: Number(form.rotationDays), graceSeconds: Number(form.rotationGrace) },
    tags: Object.keys(tags).length === 0 ? null : tags,
  };
}

export function createBody(form: KeyForm): ApiKeyCreate {
  const set = Object.entries(wishes(form)).filter(([, value]) => value !== null);
  return Object.fromEntries(set) as unknown as ApiKeyCreate;
}

/** Only what differs from how the key was when the form was opened; null clears (RFC 7396). */
export function patchBody(form: KeyForm, key: ApiKey): ApiKeyPatch {
  const before = wishes(formOf(key));
  const { limits, tags, ...rest } = wishes(form);
  const after = { ...rest, limits: merged(before.limits, limits), tags: merged(before.tags, tags) };
  const changed = Object.entries(after).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name as keyof ApiKeyPatch]),
  );
  return Object.fromEntries(changed);
}

/** Objects are merged at the server: what was there and is to go is named with null. */
function merged<T extends object | null>(before: T, after: T): T {
  if (before === null || after === null) return after;
  const gone = Object.keys(before).filter((name) => !(name in after));
  return { ...after, ...Object.fromEntries(gone.map((name) => [name, null])) };
}

function lines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** `50.000000000` as `50`, `0.500000000` as `0.5`. */
function plain(usd: string): string {
  return usd.includes('.') ? usd.replace(/\.?0+$/, '') : usd;
}

/** A moment as `<input type="datetime-local">` wants it: to the minute, in the person's own zone. */
function localInput(iso: string): string {
  const at = new Date(iso);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
