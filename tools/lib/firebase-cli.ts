import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAlive } from './lock.ts';
import { root } from './paths.ts';
import { type Managed, startProcess } from './process-group.ts';
import { host, projectId } from './project.ts';

/**
 * Starts `firebase emulators:start` on a configuration of its own, so that several suites run side by side: each
 * has a folder, a TMPDIR (the CLI keeps one locator file per project id there) and explicit ports.
 */
export function startCliEmulators(options: {
  /** The project folder that the CLI works in; firebase.json is written there. */
  directory: string;
  config: Record<string, unknown>;
  only: string[];
  env: NodeJS.ProcessEnv;
  logFile: string;
  onLine?: (line: string) => void;
}): Managed {
  mkdirSync(options.directory, { recursive: true });
  writeFileSync(join(options.directory, 'firebase.json'), JSON.stringify(options.config, null, 2));
  // Unix sockets of the functions' workers live there; their paths may have some 100 characters at most.
  removeAbandoned();
  const temporary = mkdtempSync(join(tmpdir(), `firegate-${process.pid}-`));
  process.once('exit', () => rmSync(temporary, { recursive: true, force: true }));
  return startProcess(
    'The Firebase emulators',
    process.execPath,
    [
      join(root, 'node_modules/firebase-tools/lib/bin/firebase.js'),
      'emulators:start',
      '--only',
      options.only.join(','),
      '--project',
      projectId(),
    ],
    {
      cwd: options.directory,
      env: {
        ...options.env,
        TMPDIR: temporary,
        CI: 'true',
        FIREBASE_FUNCTIONS_DISCOVERY_OUTPUT_PATH: 'true',
        // Seconds that a worker may take to start; a busy machine needs more than the 30 of the CLI.
        FUNCTIONS_DISCOVERY_TIMEOUT: '120',
        FIREBASE_CLI_DISABLE_UPDATE_CHECK: 'true',
        METADATA_SERVER_DETECTION: 'none',
        npm_config_offline: 'true',
        NO_UPDATE_NOTIFIER: 'true',
      },
      logFile: options.logFile,
      ...(options.onLine && { onLine: options.onLine }),
    },
  );
}

/** Temporary folders of runs that were killed. */
function removeAbandoned(): void {
  for (const entry of readdirSync(tmpdir())) {
    const pid = /^firegate-(\d+)-/.exec(entry)?.[1];
    if (pid && !isAlive(Number(pid))) rmSync(join(tmpdir(), entry), { recursive: true, force: true });
  }
}

/** An `emulators` entry. */
export function listen(port: number): { host: string; port: number } {
  return { host, port };
}
