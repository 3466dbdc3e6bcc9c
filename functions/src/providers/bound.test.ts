import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PROVIDERS } from './registry.ts';
import { chatRequest } from './test-support.ts';
import { wireBytes } from './wire.ts';

const connection = { apiKey: '', baseUrl: undefined, sandbox: true };

describe.each(PROVIDERS)('$id', (definition) => {
  const provider = definition.connect(connection);
  const [model] = definition.models;
  if (model === undefined) throw new Error('no models');

  it('bounds the output by the maximum', () => {
    expect(provider.bound(chatRequest(model, { maxTokens: 321 })).outputTokens).toBe(321);
  });

  it('bounds the input by at least the bytes of every text in it, raw and normalised', () => {
    const text = fc.string({ unit: 'binary', maxLength: 200 });
    const messages = fc.array(
      fc.record({ role: fc.constantFrom('user' as const, 'assistant' as const), content: text }),
      { minLength: 1, maxLength: 8 },
    );
    fc.assert(
      fc.property(messages, text, (turns, system) => {
        const { inputTokens } = provider.bound(chatRequest(model, { messages: turns, system }));
        const all = [system, ...turns.map(({ content }) => content)];
        const bytes = (form: (one: string) => string) =>
          all.reduce((sum, one) => sum + Buffer.byteLength(form(one)), 0);
        // Four tokens a message and three for the answer are what chat formats are known to add.
        const overhead = 4 * all.length + 3;
        expect(inputTokens).toBeGreaterThanOrEqual(bytes((one) => one) + overhead);
        expect(inputTokens).toBeGreaterThanOrEqual(bytes((one) => one.normalize('NFKC')) + overhead);
      }),
    );
  });

  it('counts a character that normalising makes longer at its longer form', () => {
    // U+FDFA is 3 bytes, its NFKC form is 33.
    const one = provider.bound(chatRequest(model, { messages: [{ role: 'user', content: '\ufdfa' }] }));
    const two = provider.bound(chatRequest(model, { messages: [{ role: 'user', content: '\ufdfa\ufdfa' }] }));
    expect(two.inputTokens - one.inputTokens).toBe(33);
  });
});

it('says which cache writes can be billed', () => {
  const bounds = PROVIDERS.map((definition) => {
    const [model] = definition.models;
    if (model === undefined) throw new Error('no models');
    return [definition.id, definition.connect(connection).bound(chatRequest(model)).cacheWrites];
  });
  expect(Object.fromEntries(bounds)).toEqual({ openai: '5m', anthropic: 'none' });
});

it('wireBytes counts bytes, not characters', () => {
  expect(wireBytes('é')).toBe(4);
  expect(wireBytes({ a: '世' })).toBe(11);
});
