import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, it, vi } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'firegate-data-'));
vi.stubEnv('FIREGATE_STATE_DIR', folder);
const { dropData, loadData, saveData } = await import('./data.ts');

beforeEach(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function save(name: string, savedAt: string): void {
  mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(
    join(folder, name, 'saved.json'),
    JSON.stringify({ savedAt, firestore: 'firestore/x.overall_export_metadata', auth: 'auth.json' }),
  );
}

it('has no data at first', () => {
  expect(loadData()).toBeUndefined();
});

it('loads what was saved', () => {
  save('data', '2026-11-01T00:00:00.000Z');
  expect(loadData()).toEqual({
    savedAt: '2026-11-01T00:00:00.000Z',
    firestoreExport: join(folder, 'data/firestore/x.overall_export_metadata'),
    authFile: join(folder, 'data/auth.json'),
  });
});

it('keeps what was saved when an export is cut short', () => {
  save('data', 'before');
  mkdirSync(join(folder, 'data.incoming/firestore'), { recursive: true });
  expect(loadData()?.savedAt).toBe('before');
  expect(existsSync(join(folder, 'data.incoming'))).toBe(false);
});

it('finds the data of a run that was killed between its two renames', () => {
  save('data.previous', 'before');
  expect(loadData()?.savedAt).toBe('before');
});

it('keeps what was saved when the emulators no longer answer', async () => {
  save('data', 'before');
  const nobody = '127.0.0.1:1';
  await expect(saveData({ firestore: nobody, auth: nobody })).rejects.toThrow();
  expect(loadData()?.savedAt).toBe('before');
});

it('drops all of it', () => {
  for (const name of ['data', 'data.incoming', 'data.previous']) save(name, 'x');
  dropData();
  expect(loadData()).toBeUndefined();
});
