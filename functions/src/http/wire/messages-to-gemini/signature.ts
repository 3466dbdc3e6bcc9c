/**
 * Anthropic's format has no place for a signature but in a block of thoughts. Gemini's go there, in front of the
 * call that they are of, under a mark of their own: it would refuse those of another provider's models.
 */
const MARK = 'gemini:';

export const toSignature = (thoughtSignature: string): string => `${MARK}${thoughtSignature}`;

/** Gemini's own signature; undefined where it is another's. */
export function fromSignature(signature: string): string | undefined {
  return signature.startsWith(MARK) ? signature.slice(MARK.length) : undefined;
}
