import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { UserPart } from './contract.ts';
import { PROVIDERS } from './registry.ts';
import { chatRequest } from './test-support.ts';
import { wireBytes } from './wire.ts';

function imagePart({ width, height }: { width: number; height: number }, more: number): UserPart {
  const bytes = Buffer.alloc(24 + more);
  bytes.write('89504e470d0a1a0a0000000d49484452', 'hex');
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return { type: 'image', mediaType: 'image/png', data: bytes.toString('base64') };
}

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

  it('bounds tools, calls, their results and the schema of the answer by all their bytes', () => {
    const text = fc.string({ unit: 'binary', maxLength: 60 });
    const schema = fc
      .dictionary(text, fc.record({ type: fc.constant('string'), description: text }), { maxKeys: 4 })
      .map((properties) => ({ type: 'object', properties }));
    const tool = fc.record({
      name: fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/),
      description: text,
      parameters: schema,
    });
    const tools = fc.uniqueArray(tool, { minLength: 1, maxLength: 4, selector: ({ name }) => name });
    const values = fc.dictionary(text, text, { maxKeys: 3 });
    fc.assert(
      fc.property(tools, values, text, schema, (offered, given, result, answer) => {
        const request = chatRequest(model, {
          tools: offered,
          toolChoice: 'required',
          responseSchema: { name: 'answer', schema: answer },
          messages: [
            { role: 'user', content: 'Hi' },
            {
              role: 'assistant',
              content: '',
              toolCalls: offered.map(({ name }, at) => ({
                id: `call_${at}`,
                name,
                arguments: JSON.stringify(given),
              })),
            },
            ...offered.map((_, at) => ({ role: 'tool' as const, toolCallId: `call_${at}`, content: result })),
          ],
        });
        const said = [
          ...offered.flatMap(({ name, description, parameters }) => [
            name,
            description,
            JSON.stringify(parameters),
            JSON.stringify(given),
            result,
          ]),
          JSON.stringify(answer),
        ];
        const bytes = (form: (one: string) => string) =>
          said.reduce((sum, one) => sum + Buffer.byteLength(form(one)), 0);
        const { inputTokens } = provider.bound(request);
        // What formatting a tool takes at most, by OpenAI's cookbook: 12 for all, 7 for each, 3 for each property.
        const properties = offered.reduce(
          (sum, each) => sum + Object.keys(each.parameters.properties).length,
          0,
        );
        const overhead = 12 + 7 * offered.length + 3 * properties;
        expect(inputTokens).toBeGreaterThanOrEqual(bytes((one) => one) + overhead);
        expect(inputTokens).toBeGreaterThanOrEqual(bytes((one) => one.normalize('NFKC')) + overhead);
      }),
    );
  });

  it('bounds each image by its size or a maximum, whatever its bytes', () => {
    const side = fc.integer({ min: 1, max: 9_000 });
    const sizes = fc.array(fc.record({ width: side, height: side }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(sizes, fc.integer({ min: 0, max: 9_000 }), (images, more) => {
        const tokens = (bytes: number) => {
          const parts = images.map((size) => imagePart(size, bytes));
          const content: UserPart[] = [{ type: 'text', text: 'Hello' }, ...parts];
          return provider.bound(chatRequest(model, { messages: [{ role: 'user', content }] })).inputTokens;
        };
        // No provider takes less than one for each 32 x 32 pixels, up to a maximum of its own.
        const least = images.reduce(
          (sum, { width, height }) => sum + Math.min(1_000, Math.ceil(width / 32) * Math.ceil(height / 32)),
          provider.bound(chatRequest(model)).inputTokens,
        );
        expect(tokens(0)).toBeGreaterThanOrEqual(least);
        expect(tokens(more)).toBe(tokens(0));
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
  expect(Object.fromEntries(bounds)).toEqual({ openai: '5m', anthropic: 'none', gemini: 'none' });
});

it('wireBytes counts bytes, not characters', () => {
  expect(wireBytes('é')).toBe(4);
  expect(wireBytes({ a: '世' })).toBe(11);
});
