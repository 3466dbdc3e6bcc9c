import type { EndpointBound } from '../contract.ts';
import { isMedia, optionalArray, optionalObject, textBytes, type WireObject } from '../wire.ts';

/**
 * The most tokens of one image at the default resolution, `HIGH`, on any Gemini 3 model; no other is asked for.
 * https://ai.google.dev/gemini-api/docs/media-resolution#token-counts
 */
const IMAGE_TOKENS = 1_120;

/** What the declarations of functions or a schema of the answer may add to the prompt beside their own bytes. */
const TOOLS_TOKENS = 1_000;

const TEXT_PARTS = ['text', 'functionCall'];

/**
 * The bound of a body of `generateContent`, whatever it holds. Input: its bytes, media apart, and each image's
 * documented maximum; no token of Gemini's is shorter than a byte. Output: `maxOutputTokens` counts thoughts and
 * answer, for each candidate. What it can't price: other media, files by reference, hosted tools, cached content,
 * the priority tier, other resolutions, and answers that are no text.
 */
export function contentBound(body: WireObject, text: string): EndpointBound {
  return bounded(body, text);
}

/** The same of a body whose answer is a picture. Each of them counts as output, the unfinished ones in thoughts too. */
export function pictureBound(body: WireObject, text: string): EndpointBound {
  return bounded(body, text, 'IMAGE');
}

function bounded(body: WireObject, text: string, answer?: 'IMAGE'): EndpointBound {
  const media: string[] = [];
  let images = 0;
  let unpriced = unpricedField(body, answer);

  function take(parts: unknown, path: string): void {
    for (const [at, value] of optionalArray(parts).entries()) {
      const part = optionalObject(value) ?? {};
      const { mimeType, data } = optionalObject(part['inlineData']) ?? {};
      if (typeof mimeType === 'string' && mimeType.startsWith('image/')) {
        images += 1;
        if (typeof data === 'string' && isMedia(data)) media.push(data);
      } else if (part['functionResponse'] != null) {
        const { parts: inner } = optionalObject(part['functionResponse']) ?? {};
        take(inner, `${path}[${at}].functionResponse.parts`);
      } else if (!TEXT_PARTS.some((kind) => part[kind] != null)) {
        unpriced ??= `${path}[${at}]`;
      }
    }
  }
  for (const [at, content] of optionalArray(body['contents']).entries()) {
    take(optionalObject(content)?.['parts'], `contents[${at}].parts`);
  }

  const config = optionalObject(body['generationConfig']) ?? {};
  const prompted = optionalArray(body['tools']).length > 0 || config['responseMimeType'] != null;
  return {
    inputTokens: textBytes(text, body, media) + images * IMAGE_TOKENS + (prompted ? TOOLS_TOKENS : 0),
    outputTokens: integerOf(config['candidateCount'], 1) * integerOf(config['maxOutputTokens'], 0),
    cacheWrites: 'none',
    ...(unpriced !== undefined && { unpriced }),
  };
}

function unpricedField(body: WireObject, answer: 'IMAGE' | undefined): string | undefined {
  const { mediaResolution, responseModalities } = optionalObject(body['generationConfig']) ?? {};
  if (body['cachedContent'] != null) return 'cachedContent';
  if (body['serviceTier'] != null) return 'serviceTier';
  if (mediaResolution != null) return 'generationConfig.mediaResolution';
  const modalities = optionalArray(responseModalities);
  if (responseModalities != null && !(answer && modalities.every((each) => each === answer)))
    return 'generationConfig.responseModalities';
  const hosted = optionalArray(body['tools']).findIndex((tool) =>
    Object.keys(optionalObject(tool) ?? {}).some((kind) => kind !== 'functionDeclarations'),
  );
  return hosted < 0 ? undefined : `tools[${hosted}]`;
}

function integerOf(value: unknown, least: number): number {
  return typeof value === 'number' && value > least ? value : least;
}
