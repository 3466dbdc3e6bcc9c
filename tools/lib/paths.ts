import { join, resolve } from 'node:path';

/** The checkout. */
export const root: string = resolve(import.meta.dirname, '../..');
export const functionsDir: string = join(root, 'functions');
export const hostingDir: string = join(root, 'hosting');
/** Build stamps and locks: one set a checkout. Ignored by git. */
export const cacheDir: string = join(root, '.firegate');
/**
 * What a run keeps: emulator data, the dev secret, logs, staged copies. The tests give theirs another place, so that
 * they neither see nor touch a developer's.
 */
export const stateDir: string = process.env['FIREGATE_STATE_DIR'] ?? cacheDir;
