import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from '@playwright/test';
import { progress, UserError } from '../lib/say.ts';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/**
 * A Chromium for the browser tests: CHROMIUM_PATH, one on the PATH, Playwright's own, else Debian's, installed here
 * where that is allowed.
 *
 * @throws UserError saying what to install
 */
export function provideChromium(): string {
  const found = findChromium();
  if (found) return found;
  const isRoot = process.getuid?.() === 0;
  if (isRoot && has('apt-get')) {
    progress('There is no Chromium: installing Debian’s package ...');
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    for (const args of [
      ['update', '-q'],
      ['install', '-y', '-q', '--no-install-recommends', 'chromium'],
    ]) {
      const result = spawnSync('apt-get', args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
      if (result.status !== 0)
        throw new UserError(`apt-get ${args.join(' ')} failed:\n${result.stdout}${result.stderr}`);
    }
    const installed = findChromium();
    if (installed) return installed;
  }
  throw new UserError(
    'The browser tests need Chromium: install it (Debian: apt-get install chromium; elsewhere: npx playwright install chromium) or set CHROMIUM_PATH.',
  );
}

function findChromium(): string | undefined {
  const named = process.env['CHROMIUM_PATH'];
  if (named) {
    if (!existsSync(named)) throw new UserError(`CHROMIUM_PATH is ${named}, which does not exist.`);
    return named;
  }
  const onPath = names.map(find).find((path) => path !== undefined);
  if (onPath) return onPath;
  const own = chromium.executablePath();
  return own && existsSync(own) ? own : undefined;
}

function find(name: string): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
}

function has(name: string): boolean {
  return find(name) !== undefined;
}
