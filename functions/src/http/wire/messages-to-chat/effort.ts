import type { Model } from '../../../providers/contract.ts';
import { thinkingIn } from '../anthropic/blocks.ts';
import type { Lost } from '../lost.ts';

/** The most tokens of a thinking budget that are still this effort. */
const BUDGETS: readonly (readonly [number, string])[] = [
  [2_048, 'low'],
  [8_192, 'medium'],
  [24_576, 'high'],
  [Infinity, 'xhigh'],
];
const EFFORTS = ['low', 'medium', 'high', 'xhigh', 'max'];

/** What thinking and effort are to one of OpenAI's models; nothing was said: nothing. */
export function effortOf(asked: unknown, effort: unknown, model: Model, lost: Lost): string | undefined {
  const { type, budget, display } = thinkingIn(asked, lost);
  // Its thoughts are not shown either way.
  if (display !== undefined) lost.hint('thinking.display');
  const reasons = model.capabilities.includes('reasoning');
  const named = typeof effort === 'string' && EFFORTS.includes(effort) ? effort : undefined;
  if (effort != null && (named === undefined || !reasons)) lost.add('output_config.effort');
  switch (type) {
    case undefined:
      return reasons ? named : undefined;
    case 'disabled':
      return reasons ? 'none' : undefined;
    case 'adaptive':
    case 'enabled': {
      if (!reasons) break;
      const within = BUDGETS.find(([most]) => budget !== undefined && budget <= most)?.[1];
      return named ?? (type === 'adaptive' ? 'medium' : within);
    }
    default:
  }
  lost.add('thinking');
  return undefined;
}
