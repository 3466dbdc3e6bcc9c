import { existsSync } from 'node:fs';
import { chromium } from '@playwright/test';
import { UserError } from '../lib/say.ts';
import { findOnPath, installDebianPackage } from './debian-package.ts';

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
  if (installDebianPackage('chromium')) {
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
  const onPath = names.map(findOnPath).find((path) => path !== undefined);
  if (onPath) return onPath;
  const own = chromium.executablePath();
  return own && existsSync(own) ? own : undefined;
}
