import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { manifestFile } from './build.ts';
import { isAlive } from './lock.ts';
import { functionsDir, stateDir } from './paths.ts';

const runsDir = join(stateDir, 'run');

/** A folder for one run of a tool, removed by `removeRunDirectory` or, after a crash, by the next run. */
export function createRunDirectory(tool: string): string {
  if (existsSync(runsDir)) {
    for (const entry of readdirSync(runsDir)) {
      const pid = Number(/-(\d+)$/.exec(entry)?.[1]);
      if (!isAlive(pid)) rmSync(join(runsDir, entry), { recursive: true, force: true });
    }
  }
  const directory = join(runsDir, `${tool}-${process.pid}`);
  mkdirSync(directory, { recursive: true });
  return directory;
}

export function removeRunDirectory(directory: string): void {
  rmSync(directory, { recursive: true, force: true });
}

/**
 * Copies the built functions into a folder of their own: a rebuild may then replace functions/lib while this run
 * still loads lazy chunks. `functions.yaml` saves the CLI its discovery.
 */
export function stageFunctions(directory: string): string {
  const staged = join(directory, 'functions');
  mkdirSync(staged, { recursive: true });
  cpSync(join(functionsDir, 'lib'), join(staged, 'lib'), { recursive: true });
  copyFileSync(join(functionsDir, 'package.json'), join(staged, 'package.json'));
  copyFileSync(manifestFile, join(staged, 'functions.yaml'));
  symlinkSync(join(functionsDir, 'node_modules'), join(staged, 'node_modules'), 'junction');
  return staged;
}
