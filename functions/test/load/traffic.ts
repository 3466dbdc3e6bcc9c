import { setTimeout as sleep } from 'node:timers/promises';
import { type PlannedUser, shapeFor } from './plan.ts';
import type { LoadUser } from './seed.ts';
import { type Ending, send } from './send.ts';

/** Statuses of requests that had been let in: the provider was called. */
const ADMITTED = new Set([200, 502, 504]);
/** A refused client comes again at once, as a bad one does: refusals are part of the load. */
const PAUSE_AFTER_REFUSAL_MS = 20;

/** What a run gathered. */
export interface Traffic {
  endings: Map<string, number>;
  /** Latencies in ms of answers given whole, of streams, and of refusals. */
  wholeMs: number[];
  firstMs: number[];
  streamedMs: number[];
  refusedMs: number[];
  /** Ids of the requests that had been let in, as their answers told. */
  admittedIds: string[];
  /** Users who were told that their budget is spent. */
  spent: Set<string>;
  elapsedMs: number;
}

export const noTraffic = (): Traffic => ({
  endings: new Map(),
  wholeMs: [],
  firstMs: [],
  streamedMs: [],
  refusedMs: [],
  admittedIds: [],
  spent: new Set(),
  elapsedMs: 0,
});

/** Keeps `concurrency` clients busy for a time, each as one of the users and at one of the instances. */
export async function runTraffic(
  traffic: Traffic,
  options: {
    urls: readonly string[];
    users: readonly (LoadUser & PlannedUser)[];
    concurrency: number;
    seconds: number;
  },
): Promise<void> {
  const { urls, users, concurrency, seconds } = options;
  const start = performance.now();
  await Promise.all(
    Array.from({ length: concurrency }, async (_, client) => {
      const user = users[client % users.length];
      if (!user) return;
      for (let turn = client; performance.now() - start < 1000 * seconds; turn += 1) {
        const shape = shapeFor(user.kind, Math.random());
        const ending = await send(urls[turn % urls.length] as string, user.clientToken, shape);
        gather(traffic, user.uid, ending);
        if (!ADMITTED.has(ending.status)) await sleep(PAUSE_AFTER_REFUSAL_MS * (0.5 + Math.random()));
      }
    }),
  );
  traffic.elapsedMs = performance.now() - start;
}

function gather(traffic: Traffic, uid: string, { kind, status, requestId, firstMs, totalMs }: Ending): void {
  traffic.endings.set(kind, (traffic.endings.get(kind) ?? 0) + 1);
  if (ADMITTED.has(status) && requestId !== undefined) traffic.admittedIds.push(requestId);
  if (status === 402) traffic.spent.add(uid);
  if (kind === '200 whole') traffic.wholeMs.push(totalMs);
  if (kind === '200 streamed') {
    traffic.firstMs.push(firstMs);
    traffic.streamedMs.push(totalMs);
  }
  if (status === 429 || status === 402) traffic.refusedMs.push(totalMs);
}
