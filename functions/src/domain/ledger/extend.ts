import { raiseHold } from './account.ts';
import { type Candidate, type PoolNeeded, type Refusal, refuseAccess, refuseAmount } from './admit.ts';
import { holdersOf } from './holder.ts';
import { drawFromProject } from './project.ts';
import { editKey, type LedgerState } from './state.ts';

/**
 * A request under way that is to be tried once more, maybe at another model. The amounts are what its hold must cover
 * then in all: what earlier attempts may be billed and the bound of the next one. So asking twice takes nothing twice.
 */
export type Extension = Omit<Candidate, 'deadline' | 'route'>;

/** The hold is gone: settled, or overdue and settled in full by somebody else. */
export interface NotHeld {
  reason: 'not_held';
}

/**
 * Makes a hold cover more and names the model that it is for from now on; or says why not and leaves the state as it
 * is (I4). Judged as an admission is, by what the credential may do now and by all limits, but for those that count
 * requests: it is the same request. A hold never becomes smaller, so its earlier attempts stay covered.
 */
export function extend(state: LedgerState, extension: Extension): Refusal | PoolNeeded | NotHeld | undefined {
  const hold = state.holds.get(extension.requestId);
  if (hold === undefined) return { reason: 'not_held' };
  const { provider, model } = extension;
  const tokens = Math.max(hold.tokens, extension.tokens);
  const nanoUsd = extension.nanoUsd === undefined ? undefined : Math.max(hold.nanoUsd, extension.nanoUsd);
  const demand = { tokens, nanoUsd, held: hold };
  const more = { tokens: tokens - hold.tokens, nanoUsd: (nanoUsd ?? hold.nanoUsd) - hold.nanoUsd };
  const refusal =
    refuseAccess(state, extension) ??
    refuseAmount(state, holdersOf(state, hold.keyId), demand) ??
    drawFromProject(state, more);
  if (refusal) return refusal;
  raiseHold(state.account, more);
  const key = editKey(state, hold.keyId);
  if (key) raiseHold(key.account, more);
  state.holds.set(hold.requestId, {
    ...hold,
    tokens,
    outputTokens: Math.max(hold.outputTokens, extension.outputTokens),
    nanoUsd: hold.nanoUsd + more.nanoUsd,
    provider,
    model,
  });
  return undefined;
}
