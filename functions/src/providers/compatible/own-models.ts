import { z } from 'zod';
import type { Capability, Model } from '../contract.ts';

const EXTRAS = ['vision', 'tools', 'reasoning', 'embeddings'] as const satisfies Capability[];

const modelsSchema = z
  .array(
    z.strictObject({
      id: z.string().regex(/^[!-~]{1,200}$/),
      name: z.string().min(1).max(100).exactOptional(),
      contextWindow: z.int().positive(),
      /** 0 for embeddings. */
      maxOutputTokens: z.int().nonnegative(),
      capabilities: z.array(z.enum(EXTRAS)).default([]),
      /** Whether it takes that parameter. */
      temperature: z.boolean().default(true),
    }),
  )
  .min(1)
  .refine((models) => new Set(models.map(({ id }) => id)).size === models.length)
  .refine((models) => !models[0]?.capabilities.includes('embeddings'))
  .refine((models) =>
    models.every(
      ({ capabilities, maxOutputTokens, contextWindow }) =>
        capabilities.includes('embeddings') === (maxOutputTokens === 0) && maxOutputTokens <= contextWindow,
    ),
  );

/** An example of the param, for who got it wrong. */
export const OWN_MODELS_EXAMPLE = '[{"id":"llama3.3","contextWindow":131072,"maxOutputTokens":8192}]';

/** The models that a deployment names itself, from the text of `<PROVIDER>_MODELS`; undefined where that is wrong. */
export function parseOwnModels(text: string): Model[] | undefined {
  let given: z.infer<typeof modelsSchema>;
  try {
    given = modelsSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
  return given.map(({ id, name = id, capabilities, temperature, ...limits }) => ({
    id,
    name,
    ...limits,
    capabilities: capabilities.includes('embeddings')
      ? ['embeddings']
      : ['chat', 'streaming', ...capabilities],
    unsupportedParameters: temperature ? [] : ['temperature'],
  }));
}
