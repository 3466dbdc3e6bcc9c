// npm run serve -- [--port 8088] [--host 127.0.0.1] [--no-build]
// Every HTTPS function under /<function name>, in one process, as the cloud runs one instance.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { provideBackends, type RunningBackends } from '../lib/backends.ts';
import { buildFunctions } from '../lib/build.ts';
import { functionsEnvironment } from '../lib/environment.ts';
import { httpsFunctions, readManifest } from '../lib/manifest.ts';
import { stateDir } from '../lib/paths.ts';
import { freePort, isPortFree, portHolder } from '../lib/ports.ts';
import { tellParent } from '../lib/process-group.ts';
import { print, runMain, UserError } from '../lib/say.ts';
import { onShutdown } from '../lib/shutdown.ts';
import { createRunDirectory, removeRunDirectory, stageFunctions } from '../lib/stage.ts';
import { startTaskQueues, type TaskQueues } from '../lib/task-queue.ts';
import { createInstance } from './framework.ts';

await runMain(async () => {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '8088' },
      host: { type: 'string', default: '127.0.0.1' },
      'no-build': { type: 'boolean', default: false },
    },
  });
  const wanted = Number(values.port);
  if (!Number.isInteger(wanted) || wanted < 0 || wanted > 65_535)
    throw new UserError(`--port ${values.port} is not a port.`);
  if (wanted !== 0 && !(await isPortFree(wanted))) {
    throw new UserError(
      `Port ${wanted} is taken by ${portHolder(wanted) ?? 'another process'}: choose another with --port.`,
    );
  }
  // The functions know their own URL, so the port is fixed before they load.
  const port = wanted === 0 ? await freePort() : wanted;
  const url = `http://${values.host}:${port}`;

  const directory = createRunDirectory('serve');
  let backends: RunningBackends | undefined;
  let queues: TaskQueues | undefined;
  let closing: (() => Promise<unknown>) | undefined;
  onShutdown(async () => {
    await closing?.();
    await queues?.stop();
    await backends?.stop();
    removeRunDirectory(directory);
  });

  [backends] = await Promise.all([
    provideBackends({ directory, logs: join(stateDir, 'logs/serve'), reuse: true }),
    values['no-build'] ? undefined : buildFunctions(),
  ]);
  Object.assign(process.env, functionsEnvironment(backends, url));
  const manifest = readManifest();
  const names = httpsFunctions(manifest);
  const staged = stageFunctions(directory);
  if (!process.env['CLOUD_TASKS_EMULATOR_HOST']) {
    queues = await startTaskQueues({
      directory: staged,
      manifest,
      env: process.env,
      logs: join(stateDir, 'logs/serve'),
    });
    process.env['CLOUD_TASKS_EMULATOR_HOST'] = queues.address;
  }
  const server = await createInstance(staged, names);
  server.listen(port, values.host);
  await once(server, 'listening');
  closing = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  const bound = (server.address() as AddressInfo).port;
  tellParent({ ready: { port: bound, tasks: process.env['CLOUD_TASKS_EMULATOR_HOST'] } });
  print(
    `Serving ${names.map((name) => `/${name}`).join(' ')} at ${url} (Firestore ${backends.firestore}, Auth ${backends.auth}, ` +
      `sandbox ${backends.sandbox ?? 'not needed'}${backends.started.length > 0 ? `; started here: ${backends.started.join(', ')}` : ''})`,
  );
});
