import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../domain/errors.ts';
import { memberObject, removeMember, setMember } from './edit.ts';
import { readJsonText } from './read.ts';

const read = (text: string) => readJsonText(new TextEncoder().encode(text));
const refusal = (run: () => unknown) => {
  try {
    run();
  } catch (error) {
    return error instanceof GatewayError ? error.code : error;
  }
  return undefined;
};

/** JSON with whitespace, escapes and number formats that no serialiser would write. */
const jsonText = fc.letrec<{ value: string; object: string }>((tie) => {
  const space = fc.constantFrom('', ' ', '\n\t', '\r\n');
  const plain = fc.string({ unit: 'grapheme', maxLength: 8 }).map((each) => JSON.stringify(each));
  const escaped = plain.map((each) => each.replace(/[a-z]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`));
  const leaf = fc.oneof(
    plain,
    escaped,
    fc.constantFrom('1e400', '-0.0', '1.50', '1E+2', 'true', 'false', 'null'),
  );
  const spaced = (inner: fc.Arbitrary<string>) =>
    fc.tuple(space, inner, space).map((parts) => parts.join(''));
  const member = fc.tuple(
    spaced(fc.string({ maxLength: 6 }).map((k) => JSON.stringify(k))),
    spaced(tie('value')),
  );
  return {
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaf,
      fc.array(spaced(tie('value')), { maxLength: 3 }).map((items) => `[${items.join(',')}]`),
      tie('object'),
    ),
    object: fc
      .uniqueArray(member, { maxLength: 4, selector: ([key]) => JSON.parse(key).toLowerCase() })
      .map((members) => `{${members.map(([key, value]) => `${key}:${value}`).join(',')}}`),
  };
});

describe('the members of an object', () => {
  it('stand where they are said to stand', () => {
    fc.assert(
      fc.property(jsonText.object, (text) => {
        const { members, body } = read(text);
        expect(members.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(body)));
        for (const { name, start, end } of members) {
          expect(JSON.parse(text.slice(start, end))).toEqual(body[name]);
        }
      }),
    );
  });

  it.each([
    '{"model":"a","model":"b"}',
    '{"model":"a","mod\\u0065l":"b"}',
    '{"model":"a","Model":"b"}',
    '{"tools":[{"type":"function","type":"web_search"}]}',
    `{"deep":${'['.repeat(300)}${']'.repeat(300)}}`,
    '[]',
    '"text"',
    '{"a":1}}',
    '',
  ])('%s is refused', (text) => {
    expect(refusal(() => read(text))).toBe('invalid_request');
  });

  it('bytes that are not UTF-8, or begin with a byte order mark, are refused', () => {
    const whole = new TextEncoder().encode('{"a":"é"}');
    expect(refusal(() => readJsonText(whole.filter((byte) => byte !== 0xa9)))).toBe('invalid_request');
    expect(refusal(() => read('\ufeff{}'))).toBe('invalid_request');
  });
});

describe('setMember', () => {
  it('replaces a value in its place, adds to the front, and keeps every other byte', () => {
    const json = read('{ "model" : "fast", "seed": 1.0,\n"x":"\\u00e9" }');
    const one = setMember(json, 'model', 'gpt');
    expect(one.text).toBe('{ "model" : "gpt", "seed": 1.0,\n"x":"\\u00e9" }');
    const two = setMember(one, 'max', 4096);
    expect(two.text).toBe('{"max":4096, "model" : "gpt", "seed": 1.0,\n"x":"\\u00e9" }');
    expect(two.body).toEqual({ max: 4096, model: 'gpt', seed: 1, x: 'é' });
    expect(setMember(read(' {} '), 'a', 1).text).toBe(' {"a":1} ');
  });

  it('edits within a member', () => {
    const json = read('{"o":{"keep":1.50},"z":[]}');
    const inner = memberObject(json, 'o');
    const edited = inner && setMember(inner, 'add', true);
    expect(setMember(json, 'o', edited?.body, edited?.text).text).toBe(
      '{"o":{"add":true,"keep":1.50},"z":[]}',
    );
    expect(memberObject(json, 'z')).toBeUndefined();
    expect(memberObject(json, 'none')).toBeUndefined();
  });

  it('refuses a name that only some parsers take for the one that is set', () => {
    expect(refusal(() => setMember(read('{"Model":"a"}'), 'model', 'b'))).toBe('invalid_request');
  });

  it('keeps its own account of where members stand, over any edits', () => {
    const edits = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'model'), fc.jsonValue()), { maxLength: 4 });
    fc.assert(
      fc.property(jsonText.object, edits, (text, list) => {
        fc.pre(!/"(A|B|Model)"/i.test(text) || list.length === 0);
        let json = read(text);
        for (const [name, value] of list) json = setMember(json, name, value);
        const again = read(json.text);
        expect(again.members).toEqual(json.members);
        for (const [name, value] of new Map(list)) {
          expect(again.body[name]).toEqual(JSON.parse(JSON.stringify(value)));
        }
      }),
      // The value's text stands in the member's name and colon as well.
      { examples: [['{}', [['a', ':']]]] },
    );
  });
});

describe('a member that is removed', () => {
  it.each([
    ['{"a":1}', '{}'],
    ['{ "a" : [1, {"a":2}] }', '{  }'],
    ['{"a":1,"b":"x"}', '{"b":"x"}'],
    ['{ "a":1 ,\n "b":1.50 }', '{ "b":1.50 }'],
    ['{"b":"a" , "a":null}', '{"b":"a"}'],
    ['{"b":"\\"a\\":",  "a":"}" ,"c":[ ]}', '{"b":"\\"a\\":",  "c":[ ]}'],
    ['{"b":1}', '{"b":1}'],
  ])('%s: %s', (before, after) => {
    expect(removeMember(read(before), 'a').text).toBe(after);
  });

  it('leaves all else to the byte, where it stands', () => {
    fc.assert(
      fc.property(jsonText.object, fc.nat(3), (text, pick) => {
        const json = read(text);
        const name = json.members[pick]?.name ?? 'none';
        const removed = removeMember(json, name);
        expect(removed).toEqual(read(removed.text));
        const { [name]: _, ...rest } = json.body;
        expect(removed.body).toEqual(rest);
        const values = (each: typeof json) =>
          each.members.filter((m) => m.name !== name).map((m) => each.text.slice(m.start, m.end));
        expect(values(removed)).toEqual(values(json));
      }),
    );
  });
});
