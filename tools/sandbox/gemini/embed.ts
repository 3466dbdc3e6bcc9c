import { isRecord, type JsonObject } from '../json.ts';
import type { Reply } from '../provider.ts';
import { countInputTokens } from '../tokens.ts';
import { vectorOf } from '../vector.ts';
import { refuse } from './errors.ts';

const KNOWN = ['model', 'content', 'taskType', 'title', 'outputDimensionality'];
/** Shorter than the real ones: 3072. */
const DIMENSIONS = 8;
const MOST = 100;

/** `POST /v1beta/models/{model}:batchEmbedContents`: a vector for each text, of the text alone. @throws {ReplyError} */
export function batchEmbedContents(model: string, body: unknown): Reply {
  const requests = isRecord(body) && Array.isArray(body['requests']) ? body['requests'] : [];
  if (requests.length === 0) refuse('* BatchEmbedContentsRequest.requests: requests is not specified\n');
  if (requests.length > MOST) {
    refuse(`* BatchEmbedContentsRequest.requests: at most ${MOST} requests can be in one batch\n`);
  }
  let tokens = 0;
  const embeddings = requests.map((request: unknown, at) => {
    const text = textOf(request, at, model);
    tokens += countInputTokens(text);
    const { outputDimensionality: wanted } = request as JsonObject;
    const dimensions = typeof wanted === 'number' ? wanted : DIMENSIONS;
    return { values: vectorOf(JSON.stringify([model, text]), dimensions) };
  });
  const usageMetadata = {
    promptTokenCount: tokens,
    promptTokenDetails: [{ modality: 'TEXT', tokenCount: tokens }],
  };
  return { kind: 'json', status: 200, body: { embeddings, usageMetadata } };
}

function textOf(request: unknown, at: number, model: string): string {
  const where = `BatchEmbedContentsRequest.requests[${at}]`;
  if (!isRecord(request)) refuse(`* ${where}: must be a message\n`);
  const stray = Object.keys(request).find((name) => !KNOWN.includes(name));
  if (stray !== undefined)
    refuse(`Invalid JSON payload received. Unknown name "${stray}" at 'requests[${at}]'`);
  if (request['model'] !== `models/${model}`) refuse(`* ${where}.model: must be the model of the batch\n`);
  const { parts } = isRecord(request['content']) ? request['content'] : {};
  const texts = Array.isArray(parts) ? parts.map((part) => (isRecord(part) ? part['text'] : undefined)) : [];
  if (texts.length === 0 || !texts.every((text) => typeof text === 'string' && text !== '')) {
    refuse(`* ${where}.content: content is empty\n`);
  }
  return texts.join('\n');
}
