import { ledgerAlone } from '../../functions/test/load/ledger-alone.ts';
import { AMPLE, openFirestore, seedUsers } from '../../functions/test/load/seed.ts';
import { print, progress } from '../lib/say.ts';
import { startServe } from '../lib/serve-process.ts';
import { Cells, CONCURRENCIES, MODES, MOST_CONCURRENT } from './cells.ts';
import { drive, noSamples } from './drive.ts';
import { measureFirestore, noFirestoreTime } from './firestore-time.ts';
import { installPeer, startPeer } from './peer.ts';
import { httpReport } from './report-http.ts';
import type { BenchStack } from './stack.ts';
import { rotate } from './stats.ts';
import { direct, firegate, portkey } from './systems.ts';

/**
 * Each cell of the tables is measured in `rounds` slices of `sliceMs`, all cells in turn, after `warmUpMs` each. No
 * further round begins after `mostMs`, where the machine is so busy that slices take far longer than they should.
 */
const EFFORT = {
  full: { rounds: 6, sliceMs: 1_000, warmUpMs: 2_000, mostMs: 150_000 },
  quick: { rounds: 2, sliceMs: 500, warmUpMs: 700, mostMs: 30_000 },
};

/** Client tokens live for at least as long as the longest run. */
const TOKEN_SECONDS = 900;

/** Prints latency and throughput of one instance beside no gateway at all and the peer, and Firestore's part of it. */
export async function benchHttp(stack: BenchStack, quick: boolean): Promise<void> {
  const { rounds, sliceMs, warmUpMs, mostMs } = quick ? EFFORT.quick : EFFORT.full;
  installPeer();
  progress('Starting Firegate and the peer ...');
  const [serve, peer] = await Promise.all([startServe(stack.env), startPeer()]);

  const db = openFirestore(stack);
  const seed = (count: number) => seedUsers(db, stack, Array(count).fill(AMPLE), TOKEN_SECONDS);
  const groups = [
    { name: '1 user', users: await seed(1), apart: await seed(1) },
    {
      name: `${MOST_CONCURRENT} users`,
      users: await seed(MOST_CONCURRENT),
      apart: await seed(MOST_CONCURRENT),
    },
  ];
  const systems = [
    direct(stack.sandboxUrl),
    ...groups.map(({ name, users }) => firegate(`Firegate, ${name}`, serve, users)),
    portkey(peer, stack.sandboxUrl),
  ];
  const ledger = ledgerAlone(db);
  // Users of its own: two instances that commit for the same user would wait for each other.
  const alone = groups.flatMap(({ name, apart }) =>
    CONCURRENCIES.map((concurrency) => ({
      uids: apart.map(({ uid }) => uid),
      time: noFirestoreTime(name, concurrency),
    })),
  );

  progress('Warming up ...');
  for (const mode of MODES) {
    for (const { send } of systems) {
      await drive({
        concurrency: MOST_CONCURRENT,
        ms: warmUpMs,
        send: (worker) => send(mode, worker),
        into: noSamples(),
      });
    }
  }
  for (const { uids } of alone)
    await measureFirestore(ledger, uids, warmUpMs / 2, noFirestoreTime('', MOST_CONCURRENT));

  const cells = new Cells();
  const start = performance.now();
  for (let round = 0; round < rounds && performance.now() - start < mostMs; round += 1) {
    progress(`Measuring, round ${round + 1} of ${rounds} ...`);
    for (const concurrency of CONCURRENCIES) {
      for (const mode of MODES) {
        for (const { name, pid, send } of rotate(systems, round)) {
          const into = cells.of(name, mode, concurrency);
          await drive({ concurrency, ms: sliceMs, send: (worker) => send(mode, worker), into, pid });
        }
      }
    }
    for (const { uids, time } of rotate(alone, round)) await measureFirestore(ledger, uids, sliceMs, time);
  }

  await ledger.idle();
  await db.terminate();
  await Promise.all([serve.stop(), peer.managed.stop()]);
  const names = systems.map(({ name }) => name);
  print(
    httpReport(
      names,
      cells,
      alone.map(({ time }) => time),
    ),
  );
}
