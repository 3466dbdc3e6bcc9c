import type { Model } from '../contract.ts';

/**
 * Gemini models that have a price in the pinned package and no shutdown announced before 2027
 * (https://ai.google.dev/gemini-api/docs/deprecations: the 2.5 models go on 2026-12-01; Imagen, Gemini 2.5 Flash Image
 * and 3.1 Flash Image are gone). Windows and limits: https://ai.google.dev/gemini-api/docs/models, alike on all that chat.
 *
 * From Gemini 3.6 on, and on 3.5 Flash-Lite, `temperature` has no effect any more and is not to be sent
 * (https://ai.google.dev/gemini-api/docs/gemini-3).
 */
export const GEMINI_MODELS: readonly Model[] = [
  gemini('gemini-3.8-flash', 'Gemini 3.8 Flash'),
  gemini('gemini-3.7-flash', 'Gemini 3.7 Flash'),
  gemini('gemini-3.6-flash', 'Gemini 3.6 Flash'),
  gemini('gemini-3.5-flash-lite', 'Gemini 3.5 Flash-Lite'),
  { ...gemini('gemini-3.5-flash', 'Gemini 3.5 Flash'), unsupportedParameters: [] },
  { ...gemini('gemini-3.1-pro-preview', 'Gemini 3.1 Pro (preview)'), unsupportedParameters: [] },
  { ...gemini('gemini-3.1-flash-lite', 'Gemini 3.1 Flash-Lite'), unsupportedParameters: [] },
  // https://ai.google.dev/gemini-api/docs/embeddings: 8,192 tokens for each input.
  {
    ...gemini('gemini-embedding-2', 'Gemini Embedding 2'),
    contextWindow: 8_192,
    maxOutputTokens: 0,
    capabilities: ['embeddings'],
  },
  picture('gemini-nano-banana-2.1', 'Nano Banana 2.1', 131_072),
  picture('gemini-3-pro-image', 'Nano Banana Pro (Gemini 3 Pro Image)', 65_536),
  picture('gemini-3.1-flash-lite-image', 'Nano Banana 2 Lite (Gemini 3.1 Flash-Lite Image)', 65_536),
];

/** Those that take the thinking level `MINIMAL`: https://ai.google.dev/gemini-api/docs/thinking#thinking-levels. */
const THINK_LITTLE = [
  'gemini-3.6-flash',
  'gemini-3.5-flash-lite',
  'gemini-3.5-flash',
  'gemini-3.1-flash-lite',
];

export function thinksMinimally({ id }: Model): boolean {
  return THINK_LITTLE.includes(id);
}

function gemini(id: string, name: string): Model {
  return {
    id,
    name,
    contextWindow: 1_048_576,
    maxOutputTokens: 65_536,
    capabilities: ['chat', 'streaming', 'vision', 'tools', 'reasoning'],
    unsupportedParameters: ['temperature'],
  };
}

/** What it makes is a picture; how much that may take is images.ts's to say. */
function picture(id: string, name: string, contextWindow: number): Model {
  return { ...gemini(id, name), contextWindow, maxOutputTokens: 0, capabilities: ['images'] };
}
