import { expect, it } from 'vitest';
import { madeImageTokens } from './images-tokens.ts';

// Published figures: tokens, or USD a picture at 30 USD per million tokens.
it.each<[string, string, string, number]>([
  ['gpt-image-2.5-flare', '1024x1024', 'low', 196],
  ['gpt-image-2.5-flare', '1024x1024', 'medium', 439],
  ['gpt-image-2.5-flare', '1024x1024', 'high', 1756],
  ['gpt-image-2.5-flare', '1024x1024', 'xhigh', 3122],
  ['gpt-image-2.5-sunburst', '1024x1024', 'max', 7024],
  ['gpt-image-2', '1024x1024', 'high', 7024],
  ['gpt-image-2', '1536x1024', 'high', 5488],
  ['gpt-image-2', '1024x1536', 'medium', 1372],
  ['gpt-image-2', '3840x2160', 'high', 13_342],
  ['gpt-image-1-mini', '1024x1536', 'high', 6240],
  ['gpt-image-1-mini', '1536x1024', 'low', 400],
])('%s makes a picture of %s at %s of %d tokens at most', (model, size, quality, tokens) => {
  expect(madeImageTokens(model, size, quality)).toBe(tokens);
});

it.each([
  ['auto', 'auto', 23_719],
  [undefined, undefined, 23_719],
  ['auto', 'low', 659],
  ['1024x1024', 'auto', 7024],
  ['99999x99999', 'max', 23_719],
  ['nonsense', 'max', 23_719],
  ['0x0', 'max', 23_719],
])('%s at %s is the dearest that it can be', (size, quality, tokens) => {
  expect(madeImageTokens('gpt-image-2.5-flare', size, quality)).toBe(tokens);
});

it('of the older models too', () => {
  expect(madeImageTokens('gpt-image-1-mini', 'auto', 'auto')).toBe(6240);
  expect(madeImageTokens('gpt-image-1-mini', '1024x1024', undefined)).toBe(4160);
  expect(madeImageTokens('gpt-image-1-mini', undefined, 'low')).toBe(408);
});
