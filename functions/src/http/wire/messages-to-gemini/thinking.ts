import type { Model } from '../../../providers/contract.ts';
import type { WireObject } from '../../../providers/wire.ts';
import { thinkingIn } from '../anthropic/blocks.ts';
import { levelOf, thinkingConfig } from '../gemini/thinking.ts';
import type { Lost } from '../lost.ts';

/** The most tokens of a thinking budget that are still this effort. */
const BUDGETS: readonly (readonly [number, string])[] = [
  [2_048, 'low'],
  [8_192, 'medium'],
  [Infinity, 'high'],
];

/** What thinking and effort are to a Gemini model; nothing was said: nothing. Left to itself it thinks as it needs. */
export function thinkingOf(asked: unknown, effort: unknown, model: Model, lost: Lost): WireObject {
  const { type, budget, display } = thinkingIn(asked, lost);
  const named = effort == null ? undefined : levelOf(effort, model);
  if (effort != null && named === undefined) lost.add('output_config.effort');
  const shown = display !== 'omitted';
  switch (type) {
    case undefined:
      return named === undefined ? {} : thinkingConfig(named, false);
    case 'disabled': {
      const least = levelOf('none', model);
      if (least === undefined) break;
      return thinkingConfig(least, false);
    }
    case 'adaptive':
      return thinkingConfig(named, shown);
    case 'enabled': {
      const within = BUDGETS.find(([most]) => budget !== undefined && budget <= most)?.[1];
      if (within === undefined) break;
      return thinkingConfig(named ?? levelOf(within, model), shown);
    }
    default:
  }
  lost.add('thinking');
  return {};
}
