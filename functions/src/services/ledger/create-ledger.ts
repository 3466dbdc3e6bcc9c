import type { Firestore } from '@google-cloud/firestore';
import { GatewayError } from '../../domain/errors.ts';
import { type ClaimRequest, claimIdOf } from '../../domain/idempotency.ts';
import { randomId } from '../../domain/ids.ts';
import type { Candidate } from '../../domain/ledger/admit.ts';
import type { Extension } from '../../domain/ledger/extend.ts';
import { limitStates } from '../../domain/ledger/limits.ts';
import { advance } from '../../domain/ledger/state.ts';
import type { Budget } from '../../domain/tiers.ts';
import { isKeyId } from '../../store/key-ledger-document.ts';
import { type Clock, serverClock } from './clock.ts';
import type { AdmissionRequest, ExtensionRequest, LargeAnswers, Ledger } from './contract.ts';
import { conflictError, keptAnswers } from './kept-answers.ts';
import type { LedgerEvent } from './ledger-event.ts';
import { LedgerStore, type LoadUser } from './ledger-store.ts';
import { loadUser as loadUserDocument } from './load-user.ts';
import type { Operation, Outcome } from './operations.ts';
import { PrincipalQueue } from './principal-queue.ts';
import { ProjectPool } from './project-pool.ts';
import { readKeyLedgers } from './read-key-ledgers.ts';
import { refusalError } from './refusal-error.ts';
import { WithinProject } from './within-project.ts';

/** A hold outlives its request by this much, for a settlement that is under way. */
export const HOLD_GRACE_MS = 60_000;

/** Users whose state is remembered; beyond it, the one that was idle longest is forgotten. */
const MOST_REMEMBERED = 10_000;

/** Then 503. Giving up on a settlement costs the user the full hold, so it waits longer. */
const WAITS = { admitMs: 5_000, settleMs: 30_000 };

export interface LedgerOptions {
  firestore: () => Firestore;
  /** What a user may do, read when their ledger doesn't say it yet. Default: from `users/{uid}`. */
  loadUser?: LoadUser;
  /** This instance's own clock; default Date.now. */
  now?: () => number;
  /** The ledger's clock; default: the database's, as far as its answers tell. */
  clock?: Clock;
  /** What all users together may spend; absent: no such limit. */
  projectBudget?: Budget | undefined;
  /** Absent: an answer over 900 kB is not kept for its Idempotency-Key. */
  largeAnswers?: LargeAnswers | undefined;
  random?: () => number;
  mostRemembered?: number;
  waits?: { admitMs: number; settleMs: number };
  onOperations?: (reads: number, writes: number) => void;
  onEvent?: (event: LedgerEvent) => void;
}

export interface FirestoreLedger extends Ledger {
  /** Settles in full what is overdue of one user. Answers once nothing is. */
  expire(userId: string): Promise<void>;
  /** Resolves once nothing waits to be committed on this instance. */
  idle(): Promise<void>;
}

/** The ledger of this instance, on the documents that all instances share. */
export function createLedger(options: LedgerOptions): FirestoreLedger {
  const {
    firestore,
    loadUser = (uid) => loadUserDocument(firestore(), uid),
    now: localNow = Date.now,
    clock = serverClock(localNow),
    projectBudget,
    largeAnswers,
    random = Math.random,
    mostRemembered = MOST_REMEMBERED,
    waits = WAITS,
    onOperations = () => undefined,
    onEvent = () => undefined,
  } = options;
  const store = new LedgerStore({ firestore, loadUser, clock, localNow, onOperations });
  const now = () => Math.floor(clock.now());
  const queues = new Map<string, PrincipalQueue>();
  const newEpoch = () => randomId('epoch');
  const project =
    projectBudget &&
    new ProjectPool({ firestore, store, budget: projectBudget, now, localNow, newEpoch, onOperations });
  const withinProject =
    project && new WithinProject({ firestore, project, now, localNow, waitMs: waits.admitMs, onOperations });

  const answers = keptAnswers(largeAnswers, onEvent);

  const queueOf = (userId: string): PrincipalQueue => {
    const queue =
      queues.get(userId) ??
      new PrincipalQueue(userId, { store, project, now, localNow, random, waits, onEvent });
    // A map keeps the order of insertion: the least recently used comes first.
    queues.delete(userId);
    queues.set(userId, queue);
    for (const [id, other] of queues) {
      if (queues.size <= mostRemembered) break;
      if (other.isIdle && other !== queue) queues.delete(id);
    }
    return queue;
  };
  const submit = (userId: string, operation: Operation): Promise<Outcome> =>
    queueOf(userId).submit(operation);

  return {
    async admit(request) {
      const candidate = candidateOf(request, clock);
      const claim = claimRequestOf(request);
      const { userId } = request;
      const admit = () => submit(userId, { kind: 'admit', candidate, claim });
      const { nanoUsd } = candidate;
      const mayRecall = claim === undefined;
      const outcome = await (withinProject?.admit({ userId, nanoUsd, mayRecall }, admit) ?? admit());
      switch (outcome.kind) {
        case 'admitted':
          return { requestId: request.requestId, limits: outcome.limits, claim: outcome.claim };
        case 'refused':
          throw refusalError(outcome.refusal, outcome.limits);
        case 'conflict':
          throw conflictError(outcome.reason);
        case 'replay': {
          const answer = await answers.load(outcome.claim);
          const replay = { requestId: outcome.claim.requestId, answer };
          return { requestId: request.requestId, limits: outcome.limits, replay };
        }
        default:
          throw new Error(`Unexpected outcome of an admission: ${outcome.kind}`);
      }
    },

    async extend(request) {
      const extension = extensionOf(request);
      const { userId } = request;
      const { nanoUsd } = extension;
      const extend = () => submit(userId, { kind: 'extend', extension });
      const mayRecall = false;
      const outcome = await (withinProject?.admit({ userId, nanoUsd, mayRecall }, extend) ?? extend());
      if (outcome.kind === 'extended') return;
      if (outcome.kind === 'refused') throw refusalError(outcome.refusal, outcome.limits);
      if (outcome.kind === 'not_held') throw new GatewayError('conflict', 'This request is over already.');
      throw new Error(`Unexpected outcome of an extension: ${outcome.kind}`);
    },

    async settle(requestId, userId, facts, completed) {
      assertWhole(...Object.values(facts.usage), facts.costNanoUsd);
      withinProject?.forgetRefusal();
      const completion = completed && (await answers.keep(completed));
      const outcome = await submit(userId, { kind: 'settle', requestId, facts, completion });
      if (outcome.kind === 'unknown') throw new Error(`Request ${requestId} was never admitted`);
    },

    async limits(userId) {
      const found = await store.read(userId);
      if (found === undefined) throw new GatewayError('unauthenticated', 'There is no such account.');
      advance(found.user.state, now());
      return limitStates(found.user.state);
    },

    async keyLimits(keyId) {
      const [key] = await readKeyLedgers(firestore(), [keyId], now());
      onOperations(1, 0);
      if (key === undefined) throw new GatewayError('not_found', 'There is no such API key.');
      return key.limits;
    },

    async expire(userId) {
      for (;;) if ((await submit(userId, { kind: 'expire' })).kind !== 'more') return;
    },

    async idle() {
      for (;;) {
        if ([...queues.values()].every((queue) => queue.isIdle)) return;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
  };
}

function claimRequestOf({ userId, apiKey, idempotency }: AdmissionRequest): ClaimRequest | undefined {
  if (!idempotency) return undefined;
  const principalId = apiKey?.id ?? userId;
  return { id: claimIdOf(principalId, idempotency.key), principalId, bodyHash: idempotency.bodyHash };
}

function candidateOf(request: AdmissionRequest, clock: Clock): Candidate {
  const { deadline, call } = request;
  return {
    ...extensionOf(request),
    deadline: Math.ceil(clock.fromLocal(deadline)) + HOLD_GRACE_MS,
    route: call.route,
  };
}

/** @throws RangeError for amounts that are not whole: they come from this process, never from a caller. */
function extensionOf(request: ExtensionRequest): Extension {
  const { requestId, authTime, apiKey, hold, call } = request;
  const { tokens, outputTokens = 0, nanoUsd } = hold;
  assertWhole(tokens, outputTokens, nanoUsd ?? 0);
  if (outputTokens > tokens) throw new RangeError('More output tokens than tokens');
  if (apiKey && !isKeyId(apiKey.id)) throw new RangeError('Not the id of an API key');
  const { provider, model } = call;
  return {
    requestId,
    tokens,
    outputTokens,
    nanoUsd,
    provider,
    model,
    ...(apiKey ? { apiKey } : { authTime }),
  };
}

/** A million USD in nano-USD, or as many tokens: no one request comes near it. */
const MOST = 1e15;

/** One amount out of range would fail the commit of all that share it. */
function assertWhole(...amounts: number[]): void {
  for (const amount of amounts) {
    if (!Number.isSafeInteger(amount) || amount < 0 || amount > MOST) {
      throw new RangeError(`Not a whole amount: ${amount}`);
    }
  }
}
