import { join, resolve } from 'node:path';

/** The checkout. */
export const root: string = resolve(import.meta.dirname, '../..');
export const functionsDir: string = join(root, 'functions');
export const hostingDir: string = join(root, 'hosting');
/** Everything that the tools keep between runs: emulator data, the dev secret, logs, build stamps, staged copies. Ignored by git. */
export const stateDir: string = join(root, '.firegate');
