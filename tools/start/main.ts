// npm start [-- --fresh]: everything on this machine, on the ports of firebase.json.
import { parseArgs } from 'node:util';
import { FFMPEG_MISSING, hasFfmpeg } from '../../functions/src/services/videos/find-ffmpeg.ts';
import { buildClient, buildFunctions } from '../lib/build.ts';
import { functionsEnvironment, sandboxedProviders } from '../lib/environment.ts';
import { readManifest } from '../lib/manifest.ts';
import { stopAllProcesses } from '../lib/process-group.ts';
import { host } from '../lib/project.ts';
import { sandboxPort } from '../lib/sandbox.ts';
import { print, progress, runMain, seconds } from '../lib/say.ts';
import { isStopping, onShutdown } from '../lib/shutdown.ts';
import { createRunDirectory, removeRunDirectory } from '../lib/stage.ts';
import { dropData, loadData, saveData } from './data.ts';
import { prepareDemo } from './demo.ts';
import {
  addresses,
  launchAuth,
  launchFirestore,
  launchFunctions,
  launchSandbox,
  launchStorage,
  ports,
  useFirestore,
} from './launch.ts';
import { requirePorts } from './ports.ts';
import { checkHealth, functionsUrl } from './ready.ts';
import { runSchedule, scheduledFunctions } from './schedule.ts';
import { summary } from './summary.ts';

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
    { port: ports.storage, name: 'Storage', elsewhere },
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
  const functions = functionsUrl(ports.functions);
  const environment = functionsEnvironment(
    { ...addresses, sandbox: ownSandbox ? `http://${host}:${sandboxPort}` : foundSandbox },
    functions,
  );
  let built = performance.now();
  const parts = await Promise.all([
    ownFirestore ? launchFirestore(data) : useFirestore(),
    launchAuth(directory, data),
    launchStorage(),
    ownSandbox ? launchSandbox(sandboxed) : undefined,
    Promise.all([buildFunctions(), buildClient()]).then(() => {
      built = performance.now();
      return launchFunctions(directory, environment);
    }),
  ]);
  // From here on an export is worth more than what is saved; before, it would hold less.
  holdsData = ownFirestore;
  if (data) progress(`Imported the data of ${data.savedAt} (npm start -- --fresh drops it).`);

  const emulators = parts[4];
  await checkHealth([`${functions}/api/health`, `http://${host}:${ports.hosting}/api/health`], emulators);
  runSchedule(functions, scheduledFunctions(readManifest()));
  if (!hasFfmpeg()) progress(FFMPEG_MISSING);
  const models = await prepareDemo(`${functions}/api/v1`);
  print(summary({ ports, functions, sandboxed, models, startedIn: seconds(built) }));

  for (const managed of parts) {
    void managed?.exited.then(() => {
      if (isStopping()) return;
      progress(`${managed.name} ended by itself:\n${managed.tail()}`);
      process.kill(process.pid, 'SIGTERM');
    });
  }
});
