import type { Model } from '../../../providers/contract.ts';
import { thinksMinimally } from '../../../providers/gemini/models.ts';
import type { WireObject } from '../../../providers/wire.ts';

/** Efforts of both formats as Gemini's thinking levels: https://ai.google.dev/gemini-api/docs/openai#thinking. */
const LEVELS: Readonly<Record<string, string>> = {
  low: 'LOW',
  medium: 'MEDIUM',
  high: 'HIGH',
  xhigh: 'HIGH',
  max: 'HIGH',
};

/**
 * How much a model is to think; undefined where it can't be told. No Gemini 3 model can be kept from thinking: the
 * least is as little as some of them can.
 */
export function levelOf(effort: unknown, model: Model): string | undefined {
  const minimal = thinksMinimally(model) ? 'MINIMAL' : undefined;
  if (effort === 'none') return minimal;
  if (effort === 'minimal') return minimal ?? 'LOW';
  return typeof effort === 'string' && Object.hasOwn(LEVELS, effort) ? LEVELS[effort] : undefined;
}

/** @param shown whether what can be read of the thoughts is wanted */
export function thinkingConfig(thinkingLevel: string | undefined, shown: boolean): WireObject {
  return {
    thinkingConfig: {
      ...(thinkingLevel !== undefined && { thinkingLevel }),
      ...(shown && { includeThoughts: true }),
    },
  };
}
