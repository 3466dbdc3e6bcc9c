import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Ask, answer } from './answer.ts';
import { DirectiveError, parseDirectives, withoutDirectives } from './directives.ts';
import { sampleOf } from './schema-sample.ts';
import { tokenize } from './tokens.ts';

function ask(prompt: string, changes: Partial<Ask> = {}): Ask {
  return {
    model: 'a-model',
    turns: [{ role: 'user', text: prompt, media: 0 }],
    tools: [],
    toolChoice: 'auto',
    parallelToolCalls: true,
    speaksBeforeTools: false,
    maxOutputTokens: 10_000,
    stopSequences: [],
    format: 'text',
    reasoningTokens: 0,
    choice: 0,
    ...changes,
  };
}

const plain = fc.string().filter((text) => !text.includes('[[sandbox:'));

describe('answer', () => {
  it('depends on the request alone', () => {
    fc.assert(
      fc.property(plain, (prompt) => {
        expect(answer(ask(prompt))).toEqual(answer(ask(prompt)));
      }),
    );
  });

  it('differs with the prompt, the model and the choice', () => {
    const texts = [ask('one'), ask('two'), ask('one', { model: 'b-model' })].map((each) =>
      answer(each).text.join(''),
    );
    expect(new Set(texts).size).toBe(3);
  });

  it('has at least 40 tokens when nothing limits it', () => {
    fc.assert(
      fc.property(plain, (prompt) => {
        const given = answer(ask(prompt));
        expect(given.usage.output).toBeGreaterThanOrEqual(40);
        expect(given.stop.reason).toBe('stop');
      }),
    );
  });

  it('never goes over the maximum, and says so when it is cut', () => {
    fc.assert(
      fc.property(plain, fc.integer({ min: 0, max: 300 }), fc.nat(50), (prompt, maximum, reasoning) => {
        const whole = answer(ask(prompt, { reasoningTokens: reasoning }));
        const given = answer(ask(prompt, { reasoningTokens: reasoning, maxOutputTokens: maximum }));
        expect(given.usage.output).toBe(Math.min(maximum, whole.usage.output));
        expect(given.stop.reason).toBe(whole.usage.output > maximum ? 'length' : 'stop');
        expect(given.usage.output).toBe(given.reasoning.length + given.text.length);
      }),
    );
  });

  it('stays under the maximum with tool calls too', () => {
    const tools = [{ name: 'f', schema: { type: 'object', properties: { a: { type: 'string' } } } }];
    for (let maximum = 0; maximum < 20; maximum += 1) {
      const given = answer(ask('[[sandbox: tool=f,f]]', { tools, maxOutputTokens: maximum }));
      expect(given.usage.output).toBeLessThanOrEqual(maximum);
    }
  });

  it('tells its tokens from its text: joined they are the text again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(tokenize(text).join('')).toBe(text);
      }),
    );
  });

  it('stops before the first stop sequence', () => {
    const given = answer(ask('[[sandbox: text="one two three"]]', { stopSequences: ['three', 'two'] }));
    expect(given.text.join('')).toBe('one ');
    expect(given.stop).toEqual({ reason: 'stop_sequence', sequence: 'two' });
  });

  it('calls the tools that it is given, and answers a result in words', () => {
    const tools = [{ name: 'get_weather', schema: { type: 'object', properties: {} } }];
    expect(answer(ask('Weather?', { tools })).toolCalls.map((call) => call.name)).toEqual(['get_weather']);
    expect(answer(ask('Weather?', { tools, toolChoice: 'none' })).toolCalls).toEqual([]);
    const turns = [
      { role: 'user', text: 'Weather? [[sandbox: tool=get_weather]]', media: 0 },
      { role: 'tool', text: 'sunny', media: 0 },
    ] as const;
    const after = answer(ask('', { tools, turns }));
    expect(after.toolCalls).toEqual([]);
    expect(after.text.length).toBeGreaterThan(0);
  });
});

describe('directives', () => {
  it('set the counts of an answer exactly', () => {
    const { usage, text } = answer(
      ask('Hi [[sandbox: tokens=777 reasoning=50 input=400 cached=100 cache_write=30 cache_write_long=7]]'),
    );
    expect(text).toHaveLength(777);
    expect(usage).toEqual({
      input: 400,
      cached: 100,
      cacheWrite: 37,
      cacheWriteLong: 7,
      output: 827,
      reasoning: 50,
    });
  });

  it('make room in the input for what they say was cached', () => {
    expect(answer(ask('Hi [[sandbox: cached=5000]]')).usage.input).toBe(5001);
  });

  it('give the text word for word, brackets, quotes and lines included', () => {
    const given = answer(ask('[[sandbox: text="a ]] \\"b\\"\\nc"]]'));
    expect(given.text.join('')).toBe('a ]] "b"\nc');
  });

  it('are left out of what the answer repeats', () => {
    expect(withoutDirectives('Hello [[sandbox: tokens=5]]')).toBe('Hello');
  });

  it.each([
    ['an unknown key', 'token=5'],
    ['a word', 'fast'],
    ['a negative count', 'tokens=-1'],
    ['a fraction', 'tokens=1.5'],
    ['an unknown stop', 'stop=never'],
  ])('refuse %s', (_, inside) => {
    expect(() => parseDirectives(`[[sandbox: ${inside}]]`)).toThrow(DirectiveError);
  });
});

describe('sampleOf', () => {
  const SCHEMAS = [
    {
      type: 'object',
      required: ['city', 'days', 'units', 'tags', 'at', 'nested', 'either'],
      additionalProperties: false,
      properties: {
        city: { type: 'string', minLength: 30 },
        days: { type: 'integer', minimum: 3 },
        units: { enum: ['metric', 'imperial'] },
        tags: { type: 'array', minItems: 2, items: { type: 'string', maxLength: 4 } },
        at: { type: 'string', format: 'date-time' },
        nested: { $ref: '#/$defs/point' },
        either: { anyOf: [{ type: 'boolean' }, { type: 'null' }] },
        left: { type: 'number' },
      },
      $defs: { point: { type: 'object', required: ['x'], properties: { x: { type: ['number', 'null'] } } } },
    },
    { type: 'array', items: { const: 7 } },
    { type: 'number', exclusiveMinimum: 0.5 },
  ];

  it.each(SCHEMAS)('fits the schema %#', (schema) => {
    const validate = new Ajv({ strict: false, formats: { 'date-time': true } }).compile(schema);
    expect(validate(sampleOf(schema)), JSON.stringify(validate.errors)).toBe(true);
  });

  it('ends on a schema that contains itself', () => {
    const schema = { type: 'object', properties: { self: { $ref: '#' } }, required: ['self'] };
    expect(JSON.stringify(sampleOf(schema))).toContain('null');
  });
});
