import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { createGateway } from '../../functions/src/app.ts';
import { readConfig } from '../../functions/src/config.ts';
import { createDeps } from '../../functions/src/deps.ts';
import { listener } from '../../functions/src/http/listener.ts';
import type { Ledger } from '../../functions/src/services/ledger/contract.ts';
import { memoryGrowth, watchMemory } from '../../functions/test/load/memory.ts';
import { AMPLE, openFirestore, seedUsers } from '../../functions/test/load/seed.ts';
import { print, progress } from '../lib/say.ts';
import { startServe } from '../lib/serve-process.ts';
import { drive, noSamples, type Samples, type Timing } from './drive.ts';
import { makeKeys } from './make-keys.ts';
import { installPeer, startPeer } from './peer.ts';
import type { BenchStack } from './stack.ts';
import { median, percentile, rotate } from './stats.ts';
import { portkeyHeaders } from './systems.ts';
import { type Cell, table } from './table.ts';
import { timedFetch } from './timed-fetch.ts';

const EFFORT = {
  full: { rounds: 300, warmUp: 300, streamsMs: 30_000 },
  quick: { rounds: 60, warmUp: 100, streamsMs: 8_000 },
};
/** What issue 5 asks of the median. */
const MOST_ADDED_MS = 1;
const STREAMS = 200;
const CHUNKS = 200;
/** Two tokens a chunk. */
const KINDS = [
  { name: 'whole', tokens: 40, stream: false },
  { name: 'streamed, 20 chunks', tokens: 40, stream: true },
  { name: 'streamed, 420 chunks', tokens: 840, stream: true },
] as const;

/** What `gateway` adds to a request that it passes through, and how it holds many streams. */
export async function benchPassthrough(stack: BenchStack, quick: boolean): Promise<void> {
  const effort = quick ? EFFORT.quick : EFFORT.full;
  const db = openFirestore(stack);
  const users = await seedUsers(db, stack, Array(8).fill(AMPLE), 60);
  const keys = await makeKeys(db, users, users.length);
  await db.terminate();
  await benchAdded(stack, keys[0] ?? '', effort);
  print('');
  await benchStreams(stack, keys, effort.streamsMs);
}

/** One request at a time, in this process, beside the simplest proxy in the same process. */
async function benchAdded(
  { env, sandboxUrl }: BenchStack,
  key: string,
  { rounds, warmUp }: { rounds: number; warmUp: number },
): Promise<void> {
  // The log is made and goes nowhere: stdout is for the tables.
  const drop = (message: string, fields?: object) => void JSON.stringify({ message, ...fields });
  const log = { info: drop, warn: drop, error: drop };
  const deps = { ...createDeps(readConfig({ ...process.env, ...env })), log };
  const clock = { ms: 0 };
  const handler = listener(async () => createGateway({ ...deps, ledger: timed(deps.ledger, clock) }));
  const gateway = await listen((request, response) => void handler(request, response));
  const proxy = await listen(simplestProxy(`${sandboxUrl}/openai`));
  const systems = [
    { name: 'simplest proxy', url: proxy.url },
    { name: 'Firegate gateway', url: gateway.url },
  ];
  const cells = new Map(
    KINDS.flatMap((kind) =>
      systems.map(({ name }) => [`${kind.name}|${name}`, { ...noSamples(), ledgerMs: [] as number[] }]),
    ),
  );
  progress('Passing through, one at a time ...');
  for (let round = -warmUp; round < rounds; round += 1) {
    for (const kind of KINDS) {
      for (const { name, url } of rotate(systems, Math.abs(round))) {
        clock.ms = 0;
        const timing = await ask(`${url}/v1/chat/completions`, { Authorization: `Bearer ${key}` }, kind);
        if (round < 0) continue;
        const cell = cells.get(`${kind.name}|${name}`);
        cell?.firstMs.push(timing.firstMs);
        cell?.totalMs.push(timing.totalMs);
        cell?.ledgerMs.push(clock.ms);
      }
    }
  }
  await deps.firestore().terminate();
  for (const { server } of [gateway, proxy]) server.close();

  const of = (kind: string, name: string) => cells.get(`${kind}|${name}`) ?? { ...noSamples(), ledgerMs: [] };
  const without = ({ totalMs, ledgerMs }: Samples & { ledgerMs: number[] }) =>
    totalMs.map((ms, i) => ms - (ledgerMs[i] ?? 0));
  const rows = KINDS.flatMap((kind) =>
    systems.map(({ name }): Cell[] => {
      const cell = of(kind.name, name);
      const base = median(of(kind.name, 'simplest proxy').totalMs);
      const own = median(without(cell));
      const ledger = name === 'simplest proxy' ? Number.NaN : median(cell.ledgerMs);
      return [
        `${kind.name}: ${name}`,
        median(cell.totalMs),
        percentile(cell.totalMs, 0.99),
        ledger,
        own - base,
      ];
    }),
  );
  const head = ['times in ms', 'p50', 'p99', 'ledger p50', 'added p50'];
  const [whole, short, long] = KINDS.map(({ name }) => name);
  const added =
    median(without(of(whole ?? '', 'Firegate gateway'))) - median(of(whole ?? '', 'simplest proxy').totalMs);
  const perChunk = systems.map(({ name }) => {
    const [few, many] = [without(of(short ?? '', name)), without(of(long ?? '', name))];
    return `${name} ${((1000 * (median(many) - median(few))) / 400).toFixed(1)}`;
  });
  print(
    `Passed through in OpenAI's format, one at a time, in one process: http in, fetch out; \`added\` is without the ledger's time in Firestore\n\n${table(head, rows)}\n\n` +
      `A whole answer takes ${added.toFixed(2)} ms longer than by the simplest proxy (aim: under ${MOST_ADDED_MS}): ${added < MOST_ADDED_MS ? 'held' : 'MISSED'}.\n` +
      `Microseconds a chunk, from the difference of 420 and 20 chunks: ${perChunk.join(', ')}.`,
  );
}

/** 200 streams of 200 chunks at once, again and again. */
async function benchStreams(stack: BenchStack, keys: readonly string[], ms: number): Promise<void> {
  installPeer();
  progress(`${STREAMS} streams of ${CHUNKS} chunks at once ...`);
  const [serve, peer] = await Promise.all([startServe(stack.env), startPeer()]);
  const systems = [
    {
      name: 'Firegate gateway',
      url: `${serve.url}/gateway`,
      pid: serve.managed.pid,
      headers: (worker: number) => ({ Authorization: `Bearer ${keys[worker % keys.length]}` }),
    },
    {
      name: 'Portkey gateway',
      url: peer.url,
      pid: peer.managed.pid,
      headers: () => portkeyHeaders(stack.sandboxUrl),
    },
  ];
  const rows: Cell[][] = [];
  for (const { name, url, pid, headers } of systems) {
    const send = (worker: number) =>
      ask(`${url}/v1/chat/completions`, headers(worker), { tokens: 2 * CHUNKS, stream: true, delay: 5 });
    await drive({ concurrency: STREAMS, ms: ms / 4, send, into: noSamples(), pid });
    const into = noSamples();
    const memory = watchMemory(pid);
    await drive({ concurrency: STREAMS, ms, send, into, pid });
    memory.stop();
    const { quarter, end, most } = memoryGrowth(memory.samples);
    const streams = into.totalMs.length;
    rows.push([
      name,
      (1000 * streams) / into.elapsedMs,
      median(into.firstMs),
      median(into.totalMs),
      (1000 * into.cpuMs) / (streams * CHUNKS),
      ...[quarter, end, most].map((bytes) => bytes / 2 ** 20),
    ]);
  }
  await Promise.all([serve.stop(), peer.managed.stop()]);
  const head = [
    '',
    'streams/s',
    'first p50 ms',
    'p50 ms',
    'CPU µs/chunk',
    'MiB at 1/4',
    'at the end',
    'most',
  ];
  print(`${STREAMS} streams at once, ${CHUNKS} chunks each, 5 ms apart\n\n${table(head, rows)}`);
}

function ask(
  url: string,
  headers: Record<string, string>,
  { tokens, stream, delay = 0 }: { tokens: number; stream: boolean; delay?: number },
): Promise<Timing> {
  return timedFetch({
    url,
    headers,
    body: {
      model: 'gpt-4.1-mini',
      messages: [{ role: 'user', content: `Say something. [[sandbox: tokens=${tokens} delay=${delay}]]` }],
      max_completion_tokens: 1_000,
      ...(stream && { stream: true, stream_options: { include_usage: true } }),
    },
    ...(stream && { stream: { firstText: '"content":"', last: 'data: [DONE]' } }),
  });
}

/** Adds up the time that a request's admission and settlement take. */
function timed(ledger: Ledger, clock: { ms: number }): Ledger {
  const time =
    <A extends unknown[], R>(work: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      const start = performance.now();
      try {
        return await work(...args);
      } finally {
        clock.ms += performance.now() - start;
      }
    };
  return { ...ledger, admit: time(ledger.admit), settle: time(ledger.settle) };
}

/** http in, fetch out, and nothing else. */
function simplestProxy(upstream: string): RequestListener {
  return async (request, response) => {
    const answer = await fetch(`${upstream}${request.url}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: 'Bearer sandbox' },
      body: await buffer(request),
    });
    response.writeHead(answer.status, { 'Content-Type': answer.headers.get('content-type') ?? '' });
    for await (const chunk of answer.body ?? []) response.write(chunk);
    response.end();
  };
}

async function listen(handler: RequestListener): Promise<{ url: string; server: Server }> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}
