import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import { withLock } from './lock.ts';
import { cacheDir, functionsDir, hostingDir, root } from './paths.ts';
import { progress, seconds, UserError } from './say.ts';

/** What the functions declare: written by firebase-functions' own discovery, read by the CLI and by the tools. */
export const manifestFile: string = join(cacheDir, 'build/functions.yaml');

/** Builds functions/lib and its manifest, unless nothing that goes in has changed. */
export function buildFunctions(): Promise<void> {
  return buildOnce(
    'functions',
    [
      join(functionsDir, 'src'),
      join(functionsDir, 'build.mjs'),
      join(functionsDir, 'package.json'),
      join(functionsDir, 'package-lock.json'),
    ],
    [join(functionsDir, 'lib/index.js'), manifestFile],
    async () => {
      const fresh = join(functionsDir, `lib.${process.pid}`);
      try {
        await run(process.execPath, ['build.mjs', '--outdir', fresh], functionsDir, {});
        rmSync(join(functionsDir, 'lib'), { recursive: true, force: true });
        renameSync(fresh, join(functionsDir, 'lib'));
      } finally {
        rmSync(fresh, { recursive: true, force: true });
      }
      await writeManifest(functionsDir, manifestFile);
    },
  );
}

/** Builds the client into hosting/dist, unless nothing that goes in has changed. */
export function buildClient(): Promise<void> {
  return buildOnce(
    'client',
    [
      ...['src', 'public', 'index.html', 'package.json', 'vite.config.ts', 'tsconfig.json'].map((name) =>
        join(hostingDir, name),
      ),
      join(root, 'package-lock.json'),
      join(root, 'firebase.json'),
    ],
    [join(hostingDir, 'dist/index.html')],
    () => run('npm', ['run', '--silent', 'build'], hostingDir, {}),
  );
}

/** Asks firebase-functions what a built functions folder declares, exactly as `firebase deploy` does. */
export async function writeManifest(directory: string, file: string): Promise<void> {
  mkdirSync(join(file, '..'), { recursive: true });
  await run(
    process.execPath,
    [join(directory, 'node_modules/firebase-functions/lib/bin/firebase-functions.js'), '.'],
    directory,
    {
      FUNCTIONS_MANIFEST_OUTPUT_PATH: file,
      GCLOUD_PROJECT: 'demo-firegate',
      FIREBASE_CONFIG: '{"projectId":"demo-firegate"}',
    },
  );
}

async function buildOnce(
  name: string,
  inputs: string[],
  outputs: string[],
  build: () => Promise<void>,
): Promise<void> {
  await withLock(`build-${name}`, async () => {
    const stamp = join(cacheDir, `build/${name}.hash`);
    const hash = hashOf(inputs);
    const current = existsSync(stamp) && readFileSync(stamp, 'utf8') === hash;
    if (current && outputs.every((output) => existsSync(output))) return;
    const start = performance.now();
    progress(`Building the ${name} ...`);
    rmSync(stamp, { force: true });
    await build();
    mkdirSync(join(stamp, '..'), { recursive: true });
    writeFileSync(stamp, hash);
    progress(`Built the ${name} in ${seconds(start)}.`);
  });
}

function hashOf(inputs: string[]): string {
  const hash = createHash('sha256');
  for (const input of inputs) addToHash(hash, input);
  return hash.digest('hex');
}

function addToHash(hash: ReturnType<typeof createHash>, path: string): void {
  if (!existsSync(path)) return;
  if (statSync(path).isDirectory()) {
    for (const entry of readdirSync(path).sort()) addToHash(hash, join(path, entry));
  } else if (!/\.test\.tsx?$/.test(path)) {
    hash
      .update(`${relative(root, path)}\0`)
      .update(readFileSync(path))
      .update('\0');
  }
}

function run(command: string, args: string[], cwd: string, env: Record<string, string>): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString();
      });
    }
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else
        reject(
          new UserError(`${command} ${args.join(' ')} failed in ${relative(root, cwd) || '.'}:\n${output}`),
        );
    });
  });
}
