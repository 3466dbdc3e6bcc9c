import { expect, test } from 'vitest';
import { estimateTokens, upperCostOfAll, upperCostUsd } from './estimate.ts';

const draft = { prompt: 'é'.repeat(400), system: '', temperature: null, maxTokens: 1000 };
const model = {
  id: 'm',
  name: 'm',
  contextWindow: 1_000_000,
  maxOutputTokens: 8000,
  capabilities: ['chat'],
  pricesPerMillionTokens: { input: '2', output: '10' },
};

test('tokens are guessed from characters', () => {
  expect(estimateTokens(draft)).toBe(100);
});

test('the bound counts bytes, not characters, and the whole output', () => {
  expect(upperCostUsd(draft, model)).toBeCloseTo(((800 + 32) * 2 + 1000 * 10) / 1e6, 12);
});

test('without a maximum the gateway’s default counts, and never more than the model gives', () => {
  const open = { ...draft, maxTokens: null };
  expect(upperCostUsd(open, model)).toBeCloseTo((832 * 2 + 4096 * 10) / 1e6, 12);
  expect(upperCostUsd(open, { ...model, maxOutputTokens: 500 })).toBeCloseTo((832 * 2 + 500 * 10) / 1e6, 12);
});

test('a long prompt is priced at the tier that it may reach', () => {
  const prices = {
    input: '2',
    output: '10',
    longContext: [{ aboveInputTokens: 500, input: '4', output: '15' }],
  };
  expect(upperCostUsd(draft, { ...model, pricesPerMillionTokens: prices })).toBeCloseTo(
    (832 * 4 + 1000 * 15) / 1e6,
    12,
  );
});

test('a model without a price leaves the sum unknown', () => {
  const { pricesPerMillionTokens: _, ...unpriced } = model;
  expect(upperCostOfAll(draft, [model, unpriced])).toBeUndefined();
  expect(upperCostOfAll(draft, [model, model])).toBeCloseTo((2 * (832 * 2 + 1000 * 10)) / 1e6, 12);
});
