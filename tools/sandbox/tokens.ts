/**
 * The sandbox's idea of a token. Counts are estimates but exact in themselves: the same text always has the
 * same number, streamed or not, and an answer can be cut at any number of tokens.
 */

/** Input tokens of a text: a quarter of its UTF-8 bytes, rounded up. */
export function countInputTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text, 'utf8') / 4);
}

/** Splits an answer into its output tokens: at most eight characters each, joined they are the text again. */
export function tokenize(text: string): string[] {
  return text.match(/ ?[^\s]{1,8}|\n+|\s/gu) ?? [];
}

/** Joins every `size` tokens into one chunk, as one streamed event carries them. */
export function toChunks(tokens: readonly string[], size: number): string[] {
  const chunks: string[] = [];
  for (let index = 0; index < tokens.length; index += size) {
    chunks.push(tokens.slice(index, index + size).join(''));
  }
  return chunks;
}
