import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportFirestore } from '../lib/firestore-emulator.ts';
import { stateDir } from '../lib/paths.ts';
import { exportAuth } from './auth-data.ts';

const dataDir = join(stateDir, 'data');
const incomingDir = join(stateDir, 'data.incoming');
const previousDir = join(stateDir, 'data.previous');

/** The objects of the local Cloud Storage; they are on disk all the time. */
export const storageDir: string = join(stateDir, 'storage');

interface Saved {
  savedAt: string;
  /** The Firestore export's metadata file, below the data folder. */
  firestore: string;
  auth: string;
}

export interface LocalData {
  savedAt: string;
  firestoreExport: string;
  authFile: string;
}

/** What the last run left, or undefined on a first start. */
export function loadData(): LocalData | undefined {
  // A run that was killed between the two renames below left the data under the other name.
  if (!existsSync(dataDir) && existsSync(previousDir)) renameSync(previousDir, dataDir);
  rmSync(incomingDir, { recursive: true, force: true });
  const index = join(dataDir, 'saved.json');
  if (!existsSync(index)) return undefined;
  const saved = JSON.parse(readFileSync(index, 'utf8')) as Saved;
  return {
    savedAt: saved.savedAt,
    firestoreExport: join(dataDir, saved.firestore),
    authFile: join(dataDir, saved.auth),
  };
}

export function dropData(): void {
  for (const directory of [dataDir, incomingDir, previousDir, storageDir])
    rmSync(directory, { recursive: true, force: true });
}

/** Saves both emulators' data. What was saved before stays until the new export is complete. */
export async function saveData(addresses: { firestore: string; auth: string }): Promise<void> {
  rmSync(incomingDir, { recursive: true, force: true });
  mkdirSync(incomingDir, { recursive: true });
  const auth = 'auth.json';
  const [firestore] = await Promise.all([
    exportFirestore(addresses.firestore, incomingDir),
    exportAuth(addresses.auth, join(incomingDir, auth)),
  ]);
  const saved: Saved = { savedAt: new Date().toISOString(), firestore, auth };
  writeFileSync(join(incomingDir, 'saved.json'), JSON.stringify(saved, null, 2));
  rmSync(previousDir, { recursive: true, force: true });
  if (existsSync(dataDir)) renameSync(dataDir, previousDir);
  renameSync(incomingDir, dataDir);
  rmSync(previousDir, { recursive: true, force: true });
}
