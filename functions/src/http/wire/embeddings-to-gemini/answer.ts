import { UpstreamError } from '../../../providers/contract.ts';
import { usageOf } from '../../../providers/gemini/usage.ts';
import { type WireObject, wireArray, wireObject } from '../../../providers/wire.ts';

/** Gemini's embeddings in the shape of OpenAI's. @throws UpstreamError `malformed` */
export function geminiToEmbeddings(response: WireObject, model: string, base64: boolean): WireObject {
  const data = wireArray(response['embeddings'], 'embeddings').map((value, index) => {
    const vector = wireArray(wireObject(value, 'an embedding')['values'], 'values');
    return { object: 'embedding', index, embedding: base64 ? encoded(vector) : vector };
  });
  const tokens = usageOf(response['usageMetadata'])?.inputTokens;
  return {
    object: 'list',
    data,
    model,
    ...(tokens !== undefined && { usage: { prompt_tokens: tokens, total_tokens: tokens } }),
  };
}

/** Each number as a float of 32 bits, little-endian. */
function encoded(vector: readonly unknown[]): string {
  const bytes = Buffer.alloc(vector.length * 4);
  for (const [at, value] of vector.entries()) {
    if (typeof value !== 'number') throw new UpstreamError('malformed', 'a vector has something else');
    bytes.writeFloatLE(value, at * 4);
  }
  return bytes.toString('base64');
}
