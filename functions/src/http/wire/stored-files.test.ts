import { describe, expect, it } from 'vitest';
import type { LoadedFile } from '../../services/files/file-reader.ts';
import { readJsonText } from './json/read.ts';
import { withStoredFiles } from './stored-files.ts';

const id = (letter: string) => `file_${letter.repeat(22)}`;
const TYPES: Record<string, [string, string]> = {
  [id('i')]: ['image/png', 'picture'],
  [id('d')]: ['application/pdf', 'pages'],
  [id('t')]: ['text/markdown', '# Grüße'],
  [id('v')]: ['video/mp4', 'film'],
};
const load = async (file: string): Promise<LoadedFile> => {
  const [mediaType, content] = TYPES[file] as [string, string];
  return {
    record: { id: file, name: `${mediaType}.x`, mediaType } as LoadedFile['record'],
    bytes: Buffer.from(content),
  };
};
const run = async (body: object) =>
  (await withStoredFiles(readJsonText(Buffer.from(JSON.stringify(body))), load)).body;
const user = (...content: object[]) => ({ messages: [{ role: 'user', content }] });
const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('files in the formats', () => {
  it.each([
    [
      { type: 'image', source: { type: 'file', file_id: id('i') }, cache_control: { type: 'ephemeral' } },
      {
        type: 'image',
        source: { type: 'base64', media_type: 'image/png', data: base64('picture') },
        cache_control: { type: 'ephemeral' },
      },
    ],
    [
      { type: 'document', source: { type: 'file', file_id: id('d') } },
      {
        type: 'document',
        title: 'application/pdf.x',
        source: { type: 'base64', media_type: 'application/pdf', data: base64('pages') },
      },
    ],
    [
      { type: 'document', title: 'Mine', source: { type: 'file', file_id: id('t') } },
      {
        type: 'document',
        title: 'Mine',
        source: { type: 'text', media_type: 'text/plain', data: '# Grüße' },
      },
    ],
    [
      { type: 'image_url', image_url: { url: id('i'), detail: 'low' } },
      { type: 'image_url', image_url: { url: `data:image/png;base64,${base64('picture')}`, detail: 'low' } },
    ],
    [
      { type: 'image_url', image_url: id('i') },
      { type: 'image_url', image_url: { url: `data:image/png;base64,${base64('picture')}` } },
    ],
    [
      { type: 'file', file: { file_id: id('d') } },
      {
        type: 'file',
        file: { filename: 'application/pdf.x', file_data: `data:application/pdf;base64,${base64('pages')}` },
      },
    ],
    [
      { type: 'file', file: { file_id: id('t') } },
      { type: 'text', text: '# Grüße' },
    ],
  ])('%j', async (part, expected) => {
    expect(await run(user({ type: 'text', text: 'a' }, part))).toEqual(
      user({ type: 'text', text: 'a' }, expected),
    );
  });

  it('of OpenAI’s responses, and inside a tool’s result', async () => {
    expect(
      await run({
        input: [
          {
            role: 'user',
            content: [
              { type: 'input_image', file_id: id('i'), detail: 'auto' },
              { type: 'input_file', file_id: id('d') },
            ],
          },
        ],
      }),
    ).toMatchObject({
      input: [
        {
          content: [
            { type: 'input_image', image_url: `data:image/png;base64,${base64('picture')}`, detail: 'auto' },
            { type: 'input_file', filename: 'application/pdf.x' },
          ],
        },
      ],
    });
    const inResult = (image: object) => user({ type: 'tool_result', tool_use_id: 'x', content: [image] });
    expect(await run(inResult({ type: 'image', source: { type: 'file', file_id: id('i') } }))).toMatchObject(
      inResult({ type: 'image', source: { type: 'base64', data: base64('picture') } }),
    );
  });

  it.each([
    { type: 'image', source: { type: 'file', file_id: id('v') } },
    { type: 'image_url', image_url: { url: id('t') } },
    { type: 'file', file: { file_id: id('v') } },
    { type: 'input_file', file_id: id('i') },
  ])('refuses what has no place there: %j', async (part) => {
    await expect(run(user(part))).rejects.toMatchObject({ code: 'invalid_request' });
  });
});

it('leaves a body without files of ours as it came', async () => {
  const text = ` { "messages" : [{"content":[{"type":"image","source":{"type":"file","file_id":"file_011CNha8iCJcU1wXNR6q4V8w"}}],"n":1.0}] }`;
  const json = readJsonText(Buffer.from(text));
  expect(await withStoredFiles(json, load)).toBe(json);
});

it('leaves all but the messages as it came', async () => {
  const text = `{ "seed":1.0, "messages":[{"content":[{"type":"file","file":{"file_id":"${id('t')}"}}]}], "x" : 1e2 }`;
  const { text: changed } = await withStoredFiles(readJsonText(Buffer.from(text)), load);
  expect(changed).toBe(
    `{ "seed":1.0, "messages":[{"content":[{"type":"text","text":"# Grüße"}]}], "x" : 1e2 }`,
  );
});

it('does not look for them where they can be no part of a message', async () => {
  const text = `{"messages":[{"role":"user","content":"\\"${id('i')}\\""}],"metadata":{"a":"${id('i')}"}}`;
  const json = readJsonText(Buffer.from(text));
  expect((await withStoredFiles(json, load)).text).toBe(text);
});
