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
  const starts = blockStarts(text, grows ? previous.open : 0);
  const blocks = starts.map((start, index) => text.slice(start, starts[index + 1]));
  return { text, blocks: [...kept, ...blocks], open: starts.at(-1) ?? text.length };
}

/** Where the blocks after `from` start. Blank lines belong to the block before them. */
function blockStarts(text: string, from: number): number[] {
  const starts: number[] = [];
  let position = from;
  for (const { type, raw } of lexer(text.slice(from), { gfm: true }) as Token[]) {
    if (type !== 'space') starts.push(position);
    // The lexer tidies some blocks (an empty list item, for one); from there on nothing can be cut exactly.
    if (!text.startsWith(raw, position)) break;
    position += raw.length;
  }
  return starts;
}
