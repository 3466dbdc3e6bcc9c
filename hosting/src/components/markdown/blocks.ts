import { lexer, type Token } from 'marked';

/** Text split so far; `open` is where the last block starts, which later text may still change. */
export interface Blocks {
  readonly text: string;
  readonly blocks: readonly string[];
  readonly open: number;
}

export const NO_BLOCKS: Blocks = { text: '', blocks: [], open: 0 };

/** Definitions of links and footnotes reach across blocks. */
const DEFINITION = /^ {0,3}\[[^\]\n]+\]:/m;

/**
 * Splits Markdown into its top-level blocks, so that a growing text draws only its last one anew. `previous` is
 * the split of an earlier part of the same text: what can't change any more is taken from it.
 */
export function splitBlocks(text: string, previous: Blocks = NO_BLOCKS): Blocks {
  if (DEFINITION.test(text)) return { text, blocks: [text], open: 0 };
  const grows = text.startsWith(previous.text) && previous.blocks.length > 1;
  const kept = grows ? previous.blocks.slice(0, -1) : [];
  let open = grows ? previous.open : 0;
  const blocks = [...kept];
  for (const token of lexer(text.slice(open), { gfm: true }) as Token[]) {
    if (token.type === 'space') {
      const last = blocks.length - 1;
      // Blank lines belong to the block before them, or to nothing at the very start.
      if (blocks.length > kept.length) blocks[last] += token.raw;
      else open += token.raw.length;
    } else {
      blocks.push(token.raw);
    }
  }
  const last = blocks.at(-1) ?? '';
  return { text, blocks, open: text.length - last.length };
}
