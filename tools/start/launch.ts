import { join } from 'node:path';
import { startAuth } from '../lib/auth-emulator.ts';
import { startCliEmulators } from '../lib/firebase-cli.ts';
import { answersAsFirestore, startFirestore } from '../lib/firestore-emulator.ts';
import { httpsFunctions, readManifest } from '../lib/manifest.ts';
import { stateDir } from '../lib/paths.ts';
import type { Managed } from '../lib/process-group.ts';
import { configuredPorts, host } from '../lib/project.ts';
import { sandboxPort, startSandbox } from '../lib/sandbox.ts';
import { progress, UserError } from '../lib/say.ts';
import { startStorage } from '../lib/storage.ts';
import { importAuth } from './auth-data.ts';
import { type LocalData, storageDir } from './data.ts';
import { terminalLine } from './log-filter.ts';
import { functionsUrl, waitForFunctions, warmUp } from './ready.ts';
import { stageProject } from './stage-project.ts';

// Each part says what it starts when it starts it, and resolves once it answers.

export const logs: string = join(stateDir, 'logs/start');
export const ports: ReturnType<typeof configuredPorts> = configuredPorts();
/** `host:port` of what holds data; a Firestore emulator that the user runs comes first. */
export const addresses = {
  auth: `${host}:${ports.auth}`,
  firestore: process.env['FIRESTORE_EMULATOR_HOST'] || `${host}:${ports.firestore}`,
  storage: `${host}:${ports.storage}`,
};

export async function launchFirestore(data: LocalData | undefined): Promise<Managed> {
  progress('Starting the Firestore emulator ...');
  const emulator = await startFirestore({
    port: ports.firestore,
    logFile: join(logs, 'firestore.log'),
    importFrom: data?.firestoreExport,
  });
  progress(`Firestore runs ${emulator.origin}.`);
  return emulator.managed;
}

/** @throws UserError when nothing answers at FIRESTORE_EMULATOR_HOST. */
export async function useFirestore(): Promise<undefined> {
  if (!(await answersAsFirestore(addresses.firestore).catch(() => false))) {
    throw new UserError(
      `FIRESTORE_EMULATOR_HOST is ${addresses.firestore}, but no Firestore emulator answers there.`,
    );
  }
  progress(`Using the Firestore emulator at ${addresses.firestore}.`);
}

/** A CLI of its own: its five seconds pass beside the rest. */
export async function launchAuth(directory: string, data: LocalData | undefined): Promise<Managed> {
  progress('Starting the Auth emulator ...');
  const emulator = await startAuth({
    port: ports.auth,
    directory: join(directory, 'auth'),
    logFile: join(logs, 'auth.log'),
    onLine: showLine,
  });
  if (data) await importAuth(emulator.host, data.authFile);
  return emulator.managed;
}

export function launchStorage(): Promise<Managed> {
  progress('Starting the local Cloud Storage ...');
  return startStorage({ port: ports.storage, directory: storageDir, logFile: join(logs, 'storage.log') });
}

export function launchSandbox(providers: string[]): Promise<Managed> {
  progress(`Starting the sandbox upstream, for ${providers.join(', ')} ...`);
  return startSandbox({ port: sandboxPort, logFile: join(logs, 'sandbox.log') });
}

/** The functions and Hosting, from what was built; each function's worker has loaded its code. */
export async function launchFunctions(
  directory: string,
  environment: Record<string, string>,
): Promise<Managed> {
  const names = httpsFunctions(readManifest());
  progress(`Starting Hosting and the functions ${names.join(', ')} ...`);
  const project = join(directory, 'project');
  const managed = startCliEmulators({
    directory: project,
    config: await stageProject(project, environment),
    only: ['functions', 'hosting'],
    env: environment,
    logFile: join(logs, 'functions.log'),
    onLine: showLine,
  });
  const url = functionsUrl(ports.functions);
  await waitForFunctions(url, names, managed);
  await warmUp(url, names);
  return managed;
}

function showLine(line: string): void {
  const shown = terminalLine(line);
  if (shown) progress(shown);
}
