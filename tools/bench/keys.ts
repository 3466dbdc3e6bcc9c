import { join } from 'node:path';
import { formatApiKey, newKeyId, newSecret } from '../../functions/src/domain/api-key.ts';
import { AMPLE, openFirestore, seedUsers } from '../../functions/test/load/seed.ts';
import { root, stateDir } from '../lib/paths.ts';
import { startProcess, waitUntilReady } from '../lib/process-group.ts';
import { print, progress } from '../lib/say.ts';
import { startServe } from '../lib/serve-process.ts';
import { drive, noSamples, perSecond, type Samples } from './drive.ts';
import { BCRYPT_COST, makeKeys } from './make-keys.ts';
import type { BenchStack } from './stack.ts';
import { median, percentile, rotate } from './stats.ts';
import type { Gateway } from './systems.ts';
import { type Cell, table } from './table.ts';
import { timedFetch } from './timed-fetch.ts';

const CONCURRENT = 32;
const EFFORT = {
  full: { rounds: 4, sliceMs: 1_500, coldKeys: 256, tries: 300 },
  quick: { rounds: 2, sliceMs: 500, coldKeys: 64, tries: 40 },
};
/** What issue 4 asks of the medians. */
const MOST_APART_MS = 2;

/** Prints what checking API keys costs, and whether its time tells a known key id from an unknown one. */
export async function benchKeys(stack: BenchStack, quick: boolean): Promise<void> {
  const effort = quick ? EFFORT.quick : EFFORT.full;
  // Each try below comes from an address of its own: many failures from one are refused unseen.
  const env = { ...stack.env, BCRYPT_COST: String(BCRYPT_COST), TRUSTED_PROXY_HOPS: '1' };
  progress('Starting Firegate and the bcrypt-per-request way, making keys ...');
  const [serve, simple] = await Promise.all([startServe(env), startSimpleWay(env)]);
  const db = openFirestore(stack);
  const users = await seedUsers(db, stack, Array(CONCURRENT).fill(AMPLE), 60);
  const own = await makeKeys(db, users, CONCURRENT);
  const cold = await makeKeys(db, users, effort.coldKeys);

  const ask = (url: string, key: string) =>
    timedFetch({ url, headers: { 'X-API-Key': key }, body: QUESTION });
  const chat = `${serve.url}/gateway/v1/chat/completions`;
  const ways = [
    { name: 'Firegate, key remembered', url: chat, pid: serve.managed.pid, into: noSamples() },
    { name: 'bcrypt per request', url: simple.url, pid: simple.managed.pid, into: noSamples() },
  ];
  progress('Measuring ...');
  for (const { url, pid } of ways)
    await drive({ ...SLICE, ms: 500, send: send(url), into: noSamples(), pid });
  for (let round = 0; round < effort.rounds; round += 1) {
    for (const { url, pid, into } of rotate(ways, round)) {
      await drive({ ...SLICE, ms: effort.sliceMs, send: send(url), into, pid });
    }
  }
  function send(url: string) {
    return (worker: number) => ask(url, own[worker] ?? '');
  }
  const coldly = await inTurn(cold, (key) => ask(chat, key));

  const rows: Cell[][] = [
    ...ways.map(({ name, into }) => row(name, into)),
    row('Firegate, each key for the first time', coldly),
  ];
  const head = ['times in ms', 'req/s', 'p50', 'p99', 'CPU ms/req'];
  print(
    `A key at ${CONCURRENT} at once, bcrypt at cost ${BCRYPT_COST}: POST /v1/chat/completions with admission and record; ` +
      `the other way reads the key, runs bcrypt and passes the call on\n\n${table(head, rows)}\n`,
  );
  await printRefusals(chat, own[0] ?? '', effort.tries);
  await db.terminate();
  await Promise.all([serve.stop(), simple.managed.stop()]);
}

const SLICE = { concurrency: CONCURRENT };
const QUESTION = {
  model: 'gpt-4.1-mini',
  messages: [{ role: 'user', content: 'Say something about gateways. [[sandbox: tokens=40]]' }],
  max_completion_tokens: 64,
};
const row = (name: string, samples: Samples): Cell[] => [
  name,
  perSecond(samples),
  median(samples.totalMs),
  percentile(samples.totalMs, 0.99),
  samples.cpuMs / samples.totalMs.length,
];

/** Each of them once, `CONCURRENT` at a time. */
async function inTurn(keys: string[], ask: (key: string) => Promise<{ totalMs: number }>): Promise<Samples> {
  const samples = { ...noSamples(), cpuMs: Number.NaN };
  const left = [...keys];
  const start = performance.now();
  await Promise.all(
    Array.from({ length: CONCURRENT }, async () => {
      for (let key = left.pop(); key !== undefined; key = left.pop()) {
        samples.totalMs.push((await ask(key)).totalMs);
      }
    }),
  );
  samples.elapsedMs = performance.now() - start;
  return samples;
}

/** A wrong secret of a key that exists against a key that does not: interleaved, one at a time. */
async function printRefusals(url: string, genuine: string, tries: number): Promise<void> {
  const [, , keyId = ''] = genuine.split('_');
  const kinds = [
    { name: 'wrong secret of a known key', keyId: () => keyId, ms: [] as number[] },
    { name: 'unknown key', keyId: newKeyId, ms: [] as number[] },
  ];
  progress(`Timing ${tries} refusals of each kind ...`);
  for (let i = 0; i < tries; i += 1) {
    for (const { keyId, ms } of rotate(kinds, i)) {
      const key = formatApiKey({ mode: 'test', keyId: keyId(), secret: newSecret() });
      const start = performance.now();
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'X-API-Key': key, 'X-Forwarded-For': address(i) },
        body: JSON.stringify(QUESTION),
      });
      await response.text();
      ms.push(performance.now() - start);
      if (response.status !== 401) throw new Error(`A key that is not genuine got ${response.status}.`);
    }
  }
  const [first = NaN, second = NaN] = kinds.map(({ ms }) => median(ms));
  const apart = Math.abs(first - second);
  print(
    `Refusals, ${tries} of each kind in turn\n\n${table(
      ['times in ms', 'p50', 'p99'],
      kinds.map(({ name, ms }) => [name, median(ms), percentile(ms, 0.99)]),
    )}\n\nThe medians are ${apart.toFixed(2)} ms apart (aim: under ${MOST_APART_MS}): ${apart < MOST_APART_MS ? 'held' : 'MISSED'}.`,
  );
}

const address = (i: number) => `2001:db8::${(i >> 12).toString(16)}:${(i & 0xfff).toString(16)}`;

/** See keys/bcrypt-per-request.ts. */
async function startSimpleWay(env: Record<string, string>): Promise<Gateway> {
  let port: number | undefined;
  const managed = startProcess(
    'The bcrypt-per-request way',
    process.execPath,
    [join(root, 'tools/bench/keys/bcrypt-per-request.ts')],
    {
      cwd: root,
      env: { ...process.env, ...env },
      logFile: join(stateDir, 'logs/bench/bcrypt-per-request.log'),
      ipc: true,
    },
  );
  managed.child.on('message', (message: { ready?: { port: number } }) => {
    port = message.ready?.port ?? port;
  });
  await waitUntilReady(managed, async () => port !== undefined, 30_000);
  return { url: `http://127.0.0.1:${port}/v1/chat/completions`, managed };
}
