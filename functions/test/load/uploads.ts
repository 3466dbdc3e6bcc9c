import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { startBenchStack } from '../../../tools/bench/stack.ts';
import { readManifest } from '../../../tools/lib/manifest.ts';
import { stateDir } from '../../../tools/lib/paths.ts';
import { freePort } from '../../../tools/lib/ports.ts';
import { stopAllProcesses } from '../../../tools/lib/process-group.ts';
import { print, progress } from '../../../tools/lib/say.ts';
import { startServe } from '../../../tools/lib/serve-process.ts';
import { createRunDirectory, removeRunDirectory } from '../../../tools/lib/stage.ts';
import { startStorage } from '../../../tools/lib/storage.ts';
import { createApiKey } from '../../src/services/api-keys/create-api-key.ts';
import { StoreHandle } from '../../src/store/handle.ts';
import { check } from './checks.ts';
import { residentBytes, watchMemory } from './memory.ts';
import { checksReport } from './report.ts';
import { AMPLE, openFirestore, seedUsers } from './seed.ts';

const MIB = 1024 * 1024;
const BYTES = 20_000_000;

/**
 * `npm run load -- uploads`: clients that upload 20 MB each through one instance, at once and several times over.
 *
 * @returns whether each is kept as it was sent, and the instance stays within the function's memory
 */
export async function loadUploads({
  concurrency,
  rounds,
}: {
  concurrency: number;
  rounds: number;
}): Promise<boolean> {
  progress('Starting the Firestore emulator, the local Cloud Storage and Firegate ...');
  const directory = createRunDirectory('uploads');
  const logs = join(stateDir, 'logs/uploads');
  const [stack, port] = await Promise.all([startBenchStack('uploads'), freePort()]);
  await startStorage({ port, directory, logFile: join(logs, 'storage.log') });
  const env = { ...stack.env, STORAGE_EMULATOR_HOST: `http://127.0.0.1:${port}` };
  const instance = await startServe(env, { logFile: join(logs, 'serve.log') });
  const db = openFirestore(stack);
  const [user] = await seedUsers(db, stack, [AMPLE], 600);
  const { key } = await createApiKey(
    { config: { deployed: false, bcryptCost: 4 } },
    new StoreHandle(db, Date.now),
    user?.uid ?? '',
    {
      name: 'uploads',
      scopes: ['files:read', 'files:write'],
      providers: null,
      models: null,
      expiresAt: null,
      budget: null,
      limits: null,
      rotation: null,
      tags: null,
    },
    { id: user?.uid ?? '', ip: null, userAgent: null },
  );

  // A video by its first bytes; no two are alike, and none can be compressed.
  const head = Buffer.from('000000206674797069736f6d0000020069736f6d69736f3261766331', 'hex');
  const content = () => Buffer.concat([head, randomBytes(BYTES - head.length)]);
  const upload = async (bytes: Buffer<ArrayBuffer>): Promise<string | undefined> => {
    const response = await fetch(`${instance.url}/api/api/v1/files?name=large.mp4`, {
      method: 'POST',
      body: bytes,
      headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'video/mp4' },
    });
    const { sha256 } = (await response.json()) as { sha256?: string };
    const isAsSent = sha256 === createHash('sha256').update(bytes).digest('hex');
    return response.status === 201 && isAsSent ? undefined : `${response.status}, sha256 ${sha256}`;
  };
  // Each function's code and connections, before anything is measured.
  await upload(content().subarray(0, MIB));
  const before = residentBytes(instance.managed.pid);
  const watch = watchMemory(instance.managed.pid, 50);
  const wrong: string[] = [];
  const start = performance.now();
  for (let round = 0; round < rounds; round += 1) {
    const bodies = Array.from({ length: concurrency }, content);
    const outcomes = await Promise.all(bodies.map(upload));
    wrong.push(...outcomes.filter((outcome) => outcome !== undefined));
  }
  const seconds = (performance.now() - start) / 1000;
  watch.stop();
  const most = Math.max(...watch.samples.map(({ bytes }) => bytes));
  const allowed = (readManifest().endpoints['api']?.availableMemoryMb ?? 0) * MIB;
  await stopAllProcesses();
  await db.terminate();
  removeRunDirectory(directory);

  const mib = (bytes: number) => `${Math.round(bytes / MIB)} MiB`;
  const sent = concurrency * rounds;
  print(
    `${sent} uploads of ${BYTES / 1e6} MB, ${concurrency} at once, in ${seconds.toFixed(1)} s (${((sent * BYTES) / 1e6 / seconds).toFixed(0)} MB/s).\n` +
      `Memory of the serving process (resident): ${mib(before)} before, ${mib(most)} at the most; the function has ${mib(allowed)}.`,
  );
  const checks = [
    check('each upload is kept as it was sent', `${sent} uploads`, wrong),
    check('the instance stays within its memory', mib(most), most < allowed ? [] : [mib(most)]),
  ];
  print(checksReport(checks));
  return checks.every(({ ok }) => ok);
}
