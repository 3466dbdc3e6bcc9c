import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const exec = promisify(execFile);

/** Runs JavaScript as a module, in a folder from which the SDKs are found. @returns what it wrote */
export async function runModule(folder: string, code: string, env: Record<string, string>): Promise<string> {
  const file = join(folder, 'code.mjs');
  writeFileSync(file, code);
  const { stdout } = await exec(process.execPath, [file], {
    cwd: folder,
    env: { ...process.env, ...env },
    timeout: 30_000,
  });
  return stdout;
}

/** Runs a command of a POSIX shell. @returns what it wrote */
export async function runShell(folder: string, code: string, env: Record<string, string>): Promise<string> {
  const { stdout } = await exec('sh', ['-c', code], {
    cwd: folder,
    env: { ...process.env, ...env },
    timeout: 30_000,
  });
  return stdout;
}
