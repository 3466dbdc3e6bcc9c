import { expect, test } from 'vitest';
import { type Blocks, NO_BLOCKS, splitBlocks } from './blocks.ts';

const TEXT = `# Title

First *paragraph* that
goes on.

- one
- two

  with a second paragraph

\`\`\`ts
const a = 1;

const b = 2;
\`\`\`

| a | b |
|---|---|
| 1 | 2 |

Last one.`;

test('splits at the top level and keeps every character', () => {
  const { blocks } = splitBlocks(TEXT);
  expect(blocks.join('')).toBe(TEXT);
  expect(blocks.map((block) => block.trim().slice(0, 7))).toEqual([
    '# Title',
    'First *',
    '- one\n-',
    '```ts\nc',
    '| a | b',
    'Last on',
  ]);
});

test('growing character by character ends in the same blocks as the whole text', () => {
  let state: Blocks = NO_BLOCKS;
  for (let end = 1; end <= TEXT.length; end++) {
    state = splitBlocks(TEXT.slice(0, end), state);
    expect(state.blocks.join('')).toBe(TEXT.slice(0, end));
  }
  expect(state.blocks).toEqual(splitBlocks(TEXT).blocks);
});

test('finished blocks keep their identity while the text grows', () => {
  const before = splitBlocks('one\n\ntwo\n\nthr');
  const after = splitBlocks('one\n\ntwo\n\nthree', before);
  expect(after.blocks).toEqual(['one\n\n', 'two\n\n', 'three']);
  expect(after.open).toBe('one\n\ntwo\n\n'.length);
});

test('a paragraph that becomes a heading or a longer list is read again', () => {
  const paragraph = splitBlocks('intro\n\nTitle');
  expect(splitBlocks('intro\n\nTitle\n=====', paragraph).blocks).toEqual(['intro\n\n', 'Title\n=====']);
  const list = splitBlocks('intro\n\n- a\n\n');
  expect(splitBlocks('intro\n\n- a\n\n- b', list).blocks).toEqual(['intro\n\n', '- a\n\n- b']);
});

test('another text is split from its start', () => {
  const before = splitBlocks('one\n\ntwo\n\nthree');
  expect(splitBlocks('uno\n\ndos', before).blocks).toEqual(['uno\n\n', 'dos']);
});

test('link and footnote definitions keep the text in one piece', () => {
  const text = 'See [the page][1].\n\nMore.\n\n[1]: https://example.com';
  expect(splitBlocks(text).blocks).toEqual([text]);
});

test('no text, no blocks; leading blank lines make none either', () => {
  expect(splitBlocks('').blocks).toEqual([]);
  expect(splitBlocks('\n\nHello').blocks).toEqual(['Hello']);
});
