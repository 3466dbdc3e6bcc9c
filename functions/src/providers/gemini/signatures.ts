import type { WireObject } from '../wire.ts';

/**
 * What stands for a thought signature where there is none to give back: the call was another model's, or a client
 * dropped what it does not know. Gemini 3 refuses the first call of a step without one.
 * https://ai.google.dev/gemini-api/docs/thought-signatures (FAQ: transferring history from another model)
 */
export const NO_SIGNATURE = 'skip_thought_signature_validator';

export interface SignedCall {
  id: string;
  name: string;
  args: WireObject;
  signature?: string | undefined;
}

/** The calls of one turn of the model's. Of calls in parallel the first alone is signed. */
export function callParts(calls: readonly SignedCall[]): WireObject[] {
  return calls.map(({ id, name, args, signature }, at) => {
    const thoughtSignature = signature ?? (at === 0 ? NO_SIGNATURE : undefined);
    return { functionCall: { id, name, args }, ...(thoughtSignature !== undefined && { thoughtSignature }) };
  });
}
