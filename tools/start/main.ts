// npm start [-- --fresh]: everything on this machine, on the ports of firebase.json.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { answersAsAuth, hideUnknownAddresses } from '../lib/auth-emulator.ts';
import { buildClient, buildFunctions } from '../lib/build.ts';
import { functionsEnvironment, sandboxedProviders } from '../lib/environment.ts';
import { startCliEmulators } from '../lib/firebase-cli.ts';
import { answersAsFirestore, startFirestore } from '../lib/firestore-emulator.ts';
import { httpsFunctions, readManifest } from '../lib/manifest.ts';
import { stateDir } from '../lib/paths.ts';
import { type Managed, stopAllProcesses, waitUntilReady } from '../lib/process-group.ts';
import { configuredPorts, host } from '../lib/project.ts';
import { sandboxPort, startSandbox } from '../lib/sandbox.ts';
import { print, progress, runMain, seconds, UserError } from '../lib/say.ts';
import { isStopping, onShutdown } from '../lib/shutdown.ts';
import { createRunDirectory, removeRunDirectory } from '../lib/stage.ts';
import { importAuth } from './auth-data.ts';
import { dropData, loadData, saveData } from './data.ts';
import { prepareDemo } from './demo.ts';
import { terminalLine } from './log-filter.ts';
import { requirePorts } from './ports.ts';
import { checkHealth, functionsUrl, waitForFunctions, warmUp } from './ready.ts';
import { runSchedule, scheduledFunctions } from './schedule.ts';
import { stageProject } from './stage-project.ts';
import { summary } from './summary.ts';

const logs = join(stateDir, 'logs/start');
const ports = configuredPorts();
const addresses = {
  auth: `${host}:${ports.auth}`,
  firestore: process.env['FIRESTORE_EMULATOR_HOST'] || `${host}:${ports.firestore}`,
};

await runMain(async () => {
  const { values } = parseArgs({ options: { fresh: { type: 'boolean', default: false } } });
  const ownFirestore = !process.env['FIRESTORE_EMULATOR_HOST'];
  const sandboxed = sandboxedProviders();
  const foundSandbox = process.env['FIREGATE_SANDBOX_URL'];
  const ownSandbox = sandboxed.length > 0 && !foundSandbox;
  const elsewhere = 'change it in firebase.json';
  await requirePorts([
    { port: ports.hosting, name: 'Hosting', elsewhere },
    { port: ports.functions, name: 'Functions', elsewhere },
    { port: ports.auth, name: 'Auth', elsewhere },
    ...(ownFirestore ? [{ port: ports.firestore, name: 'Firestore', elsewhere }] : []),
    ...(ownSandbox
      ? [{ port: sandboxPort, name: 'the sandbox upstream', elsewhere: 'set every <PROVIDER>_API_KEY' }]
      : []),
  ]);

  const directory = createRunDirectory('start');
  let holdsData = false;
  onShutdown(async () => {
    if (holdsData) {
      progress('\nSaving the data of Firestore and Auth ...');
      await saveData(addresses).catch((error: unknown) =>
        progress(`The data was not saved: ${String(error)}`),
      );
    }
    // What is still starting holds nothing worth waiting for.
    await stopAllProcesses(holdsData ? 5_000 : 200);
    removeRunDirectory(directory);
    progress('Stopped.');
  });

  if (values.fresh) dropData();
  // A Firestore emulator that someone else runs keeps its own data, and the accounts belong to it.
  const data = ownFirestore ? loadData() : undefined;
  const [, , firestore, sandbox] = await Promise.all([
    buildFunctions(),
    buildClient(),
    ownFirestore
      ? begin('the Firestore emulator', () => launchFirestore(data?.firestoreExport))
      : foundFirestore(),
    ownSandbox
      ? begin(`the sandbox upstream, for ${sandboxed.join(' and ')}`, () =>
          startSandbox({ port: sandboxPort, logFile: join(logs, 'sandbox.log') }),
        )
      : undefined,
  ]);
  const ready = performance.now();

  const functions = functionsUrl(ports.functions);
  const environment = functionsEnvironment(
    { ...addresses, sandbox: ownSandbox ? `http://${host}:${sandboxPort}` : foundSandbox },
    functions,
  );
  const emulators = await begin('Auth, Functions and Hosting', async () => {
    const managed = startCliEmulators({
      directory,
      config: await stageProject(directory, environment),
      only: ['auth', 'functions', 'hosting'],
      env: environment,
      logFile: join(logs, 'emulators.log'),
      onLine: (line) => {
        const shown = terminalLine(line);
        if (shown) progress(shown);
      },
    });
    await waitUntilReady(managed, () => answersAsAuth(addresses.auth), 90_000);
    return managed;
  });
  await hideUnknownAddresses(addresses.auth);
  if (data) {
    await importAuth(addresses.auth, data.authFile);
    progress(`Imported the data of ${data.savedAt} (npm start -- --fresh drops it).`);
  }
  // An export under way at this moment would hold less than what is saved already.
  holdsData = ownFirestore;

  const manifest = readManifest();
  const names = httpsFunctions(manifest);
  await begin(`the functions ${names.join(', ')}`, async () => {
    await waitForFunctions(functions, names, emulators);
    await warmUp(functions, names);
    await checkHealth([`${functions}/api/health`, `http://${host}:${ports.hosting}/api/health`], emulators);
  });
  runSchedule(functions, scheduledFunctions(manifest));
  const models = await prepareDemo(`${functions}/api/v1`);
  print(summary({ ports, functions, sandboxed, models, startedIn: seconds(ready) }));

  for (const managed of [firestore, sandbox, emulators]) {
    void managed?.exited.then(() => {
      if (isStopping()) return;
      progress(`${managed.name} ended by itself:\n${managed.tail()}`);
      process.kill(process.pid, 'SIGTERM');
    });
  }
});

async function launchFirestore(importFrom: string | undefined): Promise<Managed> {
  const emulator = await startFirestore({
    port: ports.firestore,
    logFile: join(logs, 'firestore.log'),
    importFrom,
  });
  progress(`Firestore runs ${emulator.origin}.`);
  return emulator.managed;
}

async function foundFirestore(): Promise<undefined> {
  if (!(await answersAsFirestore(addresses.firestore).catch(() => false))) {
    throw new UserError(
      `FIRESTORE_EMULATOR_HOST is ${addresses.firestore}, but no Firestore emulator answers there.`,
    );
  }
  progress(`Using the Firestore emulator at ${addresses.firestore}.`);
}

async function begin<T>(what: string, start: () => Promise<T>): Promise<T> {
  progress(`Starting ${what} ...`);
  return start();
}
