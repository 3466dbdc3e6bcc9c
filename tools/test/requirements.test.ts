import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../lib/paths.ts';

const ROWS = readFileSync(join(root, 'docs/requirements.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('|'));

/** Code stands under functions/src/, tests under functions/, the rest under the root. */
const exists = (path: string) =>
  ['functions/src', 'functions', '.'].some((folder) => existsSync(join(root, folder, path)));

it('docs/requirements.md names files that are there', () => {
  const named = ROWS.flatMap((row) => row.split('|').slice(2))
    .flatMap((cell) => [...cell.matchAll(/`([^` {]+)`/g)].map(([, name = '']) => name))
    .filter((name) => name.includes('/') || /\.(ts|json|rules)$/.test(name));
  expect(named.length).toBeGreaterThan(150);
  expect(named.filter((name) => !exists(name))).toEqual([]);
});
