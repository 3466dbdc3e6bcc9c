import type { Model } from '../../../providers/contract.ts';
import type { WireObject } from '../../../providers/wire.ts';
import type { Lost } from '../lost.ts';

/** OpenAI's efforts as Anthropic's, where a model thinks as much as it needs. */
const EFFORTS: Readonly<Record<string, string>> = {
  minimal: 'low',
  low: 'low',
  medium: 'medium',
  high: 'high',
  xhigh: 'xhigh',
  max: 'max',
};
/** The same in tokens, where a model takes a budget for its thinking. */
const BUDGETS: Readonly<Record<string, number>> = {
  minimal: 1_024,
  low: 1_024,
  medium: 4_096,
  high: 16_384,
  xhigh: 32_768,
  max: 32_768,
};
const LEAST_BUDGET = 1_024;

/** What a reasoning effort is to a Claude model; nothing was said: nothing. */
export function thinkingOf(
  asked: unknown,
  { model, maximum }: { model: Model; maximum: number },
  lost: Lost,
): { thinking?: WireObject; effort?: string } {
  if (asked == null) return {};
  if (asked === 'none') return { thinking: { type: 'disabled' } };
  const name = `${asked}`;
  if (!Object.hasOwn(EFFORTS, name)) {
    lost.add('reasoning_effort');
    return {};
  }
  if (model.thinking !== 'budget') {
    return { thinking: { type: 'adaptive', display: 'summarized' }, effort: EFFORTS[name] as string };
  }
  // The maximum counts thinking too: some of it is for the answer.
  const budget = Math.min(BUDGETS[name] as number, Math.floor(maximum * 0.75));
  if (budget < LEAST_BUDGET) {
    lost.add('reasoning_effort');
    return {};
  }
  return { thinking: { type: 'enabled', budget_tokens: budget } };
}
