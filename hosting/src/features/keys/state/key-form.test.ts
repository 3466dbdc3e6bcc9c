import { expect, test } from 'vitest';
import type { ApiKey } from '#lib/api/types.ts';
import { createBody, EMPTY_FORM, formOf, type KeyForm, keyForm, patchBody } from './key-form.ts';

const key: ApiKey = {
  id: 'k1',
  name: 'nightly-evals',
  prefix: 'fg_live_k1…',
  scopes: ['generate'],
  status: 'active',
  createdAt: '2026-11-01T00:00:00.000Z',
  providers: ['openai'],
  models: ['gpt-6-luna'],
  budget: { usd: '12.500000000', period: 'week' },
  limits: { requestsPerMinute: 60 },
  // To the second: the form shows minutes, and must not move what nobody touched.
  expiresAt: '2027-01-01T12:30:45.000Z',
  rotation: { everyDays: 30, graceSeconds: 3600 },
  tags: { team: 'search', note: 'a=b' },
};

test('only what is set is sent when a key is made', () => {
  expect(createBody({ ...EMPTY_FORM, name: '  checkout-bot ' })).toEqual({
    name: 'checkout-bot',
    scopes: ['generate', 'models:read'],
  });
  expect(
    createBody({
      ...EMPTY_FORM,
      name: 'a',
      models: ['gpt-6-luna'],
      budgetUsd: '0.50',
      concurrency: '3',
      rotationDays: '90',
      expiresAt: '2027-01-01T10:00',
      tags: 'team=search\n\n note = a=b ',
    }),
  ).toMatchObject({
    models: ['gpt-6-luna'],
    budget: { usd: '0.50', period: 'month' },
    limits: { concurrency: 3 },
    rotation: { everyDays: 90, graceSeconds: 86_400 },
    expiresAt: new Date('2027-01-01T10:00').toISOString(),
    tags: { team: 'search', note: 'a=b' },
  });
});

test('an edit sends what changed, and null for what was emptied', () => {
  const form = formOf(key);
  expect(patchBody(form, key)).toEqual({});
  expect(patchBody({ ...form, name: 'evals' }, key)).toEqual({ name: 'evals' });
  expect(
    patchBody(
      {
        ...form,
        providers: [],
        models: [],
        budgetUsd: '',
        requestsPerMinute: '',
        expiresAt: '',
        rotationDays: '',
        tags: '',
      },
      key,
    ),
  ).toEqual({
    providers: null,
    models: null,
    budget: null,
    limits: null,
    expiresAt: null,
    rotation: null,
    tags: null,
  });
  // Inside of limits and tags, too.
  expect(patchBody({ ...form, concurrency: '5' }, key)).toEqual({
    limits: { requestsPerMinute: 60, concurrency: 5 },
  });
  expect(patchBody({ ...form, requestsPerMinute: '', concurrency: '5', tags: 'team=search' }, key)).toEqual({
    limits: { concurrency: 5, requestsPerMinute: null },
    tags: { team: 'search', note: null },
  });
});

test.each<[string, Partial<KeyForm>]>([
  ['name', { name: '   ' }],
  ['scopes', { scopes: [] }],
  ['budgetUsd', { budgetUsd: '-5' }],
  ['budgetUsd', { budgetUsd: '1e3' }],
  ['requestsPerMinute', { requestsPerMinute: '0' }],
  ['concurrency', { concurrency: '501' }],
  ['rotationDays', { rotationDays: '1.5' }],
  ['tags', { tags: 'team' }],
])('%s is refused: %j', (field, change) => {
  const { error } = keyForm.safeParse({ ...EMPTY_FORM, name: 'a', ...change });
  expect(error?.issues.map((issue) => issue.path[0])).toEqual([field]);
});
