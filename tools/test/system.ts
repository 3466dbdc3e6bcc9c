import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir, root } from '../lib/paths.ts';
import { freePorts } from '../lib/ports.ts';
import { type Managed, startProcess, waitUntilReady } from '../lib/process-group.ts';
import { host, readFirebaseJson } from '../lib/project.ts';
import { cleanEnvironment } from './clean-environment.ts';

/** A place for `npm start` beside a developer's own: other ports, other data. */
export interface SystemPlace {
  env: Record<string, string>;
  ports: { hosting: number; functions: number; auth: number; firestore: number; storage: number };
  stateDir: string;
  sandboxUrl: string;
}

export interface RunningSystem {
  place: SystemPlace;
  /** What the launcher has printed so far. */
  output(): string;
  managed: Managed;
}

/** @param sandboxUrl a sandbox that runs already */
export async function createSystemPlace(name: string, sandboxUrl: string): Promise<SystemPlace> {
  const stateDir = join(cacheDir, `test-${name}`);
  rmSync(stateDir, { recursive: true, force: true });
  mkdirSync(stateDir, { recursive: true });
  const [hosting, functions, auth, firestore, storage] = (await freePorts(5)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const ports = { hosting, functions, auth, firestore, storage };
  const config = readFirebaseJson();
  for (const [emulator, port] of Object.entries(ports)) {
    config.emulators[emulator as keyof typeof ports] = { host, port };
  }
  const configFile = join(stateDir, 'firebase.json');
  writeFileSync(configFile, JSON.stringify(config));
  return {
    ports,
    stateDir,
    sandboxUrl,
    env: {
      // A developer's own keys and settings must not reach the tests.
      ...cleanEnvironment(),
      FIREGATE_STATE_DIR: stateDir,
      FIREGATE_FIREBASE_JSON: configFile,
      FIREGATE_SANDBOX_URL: sandboxUrl,
      FIRESTORE_EMULATOR_HOST: '',
      FIREBASE_AUTH_EMULATOR_HOST: '',
      STORAGE_EMULATOR_HOST: '',
    },
  };
}

/** Runs `npm start` (without npm itself); resolves at once, see `untilReady`. */
export function launchSystem(place: SystemPlace, args: string[] = []): RunningSystem {
  let output = '';
  const managed = startProcess(
    'npm start',
    process.execPath,
    [join(root, 'tools/run.mjs'), 'start', ...args],
    {
      cwd: root,
      env: { ...process.env, ...place.env },
      logFile: join(place.stateDir, 'start.log'),
      onLine: (line) => {
        output += `${line}\n`;
      },
    },
  );
  return { place, managed, output: () => output };
}

export async function untilReady(system: RunningSystem): Promise<RunningSystem> {
  await waitUntilReady(
    system.managed,
    async () => system.output().includes('Ctrl-C stops everything'),
    240_000,
  );
  return system;
}
