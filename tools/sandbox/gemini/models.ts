import type { Reply } from '../provider.ts';
import { unknownModel } from './errors.ts';
import { MAX_OUTPUT_TOKENS } from './family.ts';
import { PICTURE_MODELS } from './pictures.ts';

const IDS =
  `gemini-3.8-flash gemini-3.7-flash gemini-3.6-flash gemini-3.5-flash-lite gemini-3.5-flash gemini-3.1-pro-preview
  gemini-3.1-flash-lite gemini-embedding-2`
    .split(/\s+/)
    .concat(PICTURE_MODELS);

/** `GET /v1beta/models`. */
export function listModels(): Reply {
  return { kind: 'json', status: 200, body: { models: IDS.map(modelOf) } };
}

/** `GET /v1beta/models/{id}`: any id that the sandbox would answer for. @throws {ReplyError} */
export function retrieveModel(id: string): Reply {
  if (id.startsWith('unknown')) unknownModel(id, 'getModel');
  return { kind: 'json', status: 200, body: modelOf(id) };
}

function modelOf(id: string) {
  const methods = id.includes('embedding')
    ? ['embedContent', 'batchEmbedContents']
    : ['generateContent', 'countTokens'];
  return {
    name: `models/${id}`,
    displayName: id,
    inputTokenLimit: 1_048_576,
    outputTokenLimit: MAX_OUTPUT_TOKENS,
    supportedGenerationMethods: methods,
  };
}
