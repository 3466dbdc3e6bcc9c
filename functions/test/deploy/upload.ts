import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { functionsDir } from '../../../tools/lib/paths.ts';
import { readFirebaseJson } from '../../../tools/lib/project.ts';

interface FsAsync {
  readdirRecursive(options: { path: string; ignoreStrings: string[] }): Promise<{ name: string }[]>;
}

/** Paths below functions/ that `firebase deploy` would upload: the CLI's own walk over the `ignore` of firebase.json. */
export async function uploadedFiles(): Promise<string[]> {
  const require = createRequire(import.meta.url);
  const { readdirRecursive } = require('firebase-tools/lib/fsAsync') as FsAsync;
  // The CLI adds these to what firebase.json says.
  const always = ['firebase-debug.log', 'firebase-debug.*.log', '.runtimeconfig.json'];
  const ignoreStrings = [...(readFirebaseJson().functions[0]?.ignore ?? []), ...always];
  const files = await readdirRecursive({ path: functionsDir, ignoreStrings });
  return files.map(({ name }) => relative(functionsDir, name)).sort();
}

/** Lays out the upload in an empty folder and installs it as Cloud Build does. */
export async function installUpload(directory: string): Promise<void> {
  for (const file of await uploadedFiles()) {
    mkdirSync(dirname(join(directory, file)), { recursive: true });
    cpSync(join(functionsDir, file), join(directory, file));
  }
  const { status, stdout, stderr } = spawnSync(
    'npm',
    ['ci', '--omit=dev', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'],
    { cwd: directory, encoding: 'utf8', env: { ...process.env, NODE_ENV: 'production' } },
  );
  if (status !== 0) throw new Error(`npm ci failed on the upload:\n${stdout}${stderr}`);
}
