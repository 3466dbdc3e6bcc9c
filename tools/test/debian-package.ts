import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { progress, UserError } from '../lib/say.ts';

/** Installs a package of Debian's, where that is allowed: as root, with apt-get. @returns false where it is not */
export function installDebianPackage(name: string): boolean {
  if (process.getuid?.() !== 0 || !findOnPath('apt-get')) return false;
  progress(`There is no ${name}: installing Debian’s package ...`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [
    ['update', '-q'],
    ['install', '-y', '-q', '--no-install-recommends', name],
  ]) {
    const result = spawnSync('apt-get', args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    if (result.status !== 0)
      throw new UserError(`apt-get ${args.join(' ')} failed:\n${result.stdout}${result.stderr}`);
  }
  return true;
}

/** The path of a program, if it is on the PATH. */
export function findOnPath(name: string): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
}
