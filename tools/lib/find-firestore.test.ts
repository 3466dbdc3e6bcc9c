import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pinnedFirestoreJar } from './download-firestore.ts';
import { findFirestoreProgram, type Machine } from './find-firestore.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'firegate-find-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function file(path: string): string {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), '');
  return join(folder, path);
}

/** A machine with nothing but a Java of this version, and no network. */
function machine(java: number | undefined, changes: Partial<Machine> = {}): Machine {
  return {
    env: { FIREBASE_EMULATORS_PATH: join(folder, 'cache'), PATH: join(folder, 'bin'), ...changes.env },
    findJava: (minimum) =>
      java !== undefined && java >= minimum ? { path: '/jdk/bin/java', major: java } : undefined,
    download: changes.download ?? (async () => undefined),
    sdkFolders: [],
  };
}

const cached = () => {
  const { path } = pinnedFirestoreJar({ FIREBASE_EMULATORS_PATH: join(folder, 'cache') });
  return file(path.slice(folder.length + 1));
};
const component = () => file('sdk/platform/cloud-firestore-emulator/cloud-firestore-emulator.jar');
const gcloud = () => {
  file('sdk/bin/gcloud');
  mkdirSync(join(folder, 'bin'));
  symlinkSync(join(folder, 'sdk/bin/gcloud'), join(folder, 'bin/gcloud'));
  return component();
};

describe('the Firestore emulator is', () => {
  it('the Firebase CLI’s cached one, before any other', async () => {
    const jar = cached();
    gcloud();
    const found = await findFirestoreProgram(machine(25));
    expect(found).toMatchObject({ origin: 'the Firebase CLI', args: ['-jar', jar] });
  });

  it('another version of it that the CLI has downloaded, the newest', async () => {
    file('cache/cloud-firestore-emulator-v1.9.0.jar');
    const newest = file('cache/cloud-firestore-emulator-v1.21.0.jar');
    expect((await findFirestoreProgram(machine(21))).args).toEqual(['-jar', newest]);
  });

  it('downloaded where it is not there yet', async () => {
    gcloud();
    const found = await findFirestoreProgram(machine(21, { download: async () => '/cache/new.jar' }));
    expect(found.args).toEqual(['-jar', '/cache/new.jar']);
  });

  it('the gcloud CLI’s component where the download is refused', async () => {
    const jar = gcloud();
    const found = await findFirestoreProgram(machine(25));
    expect(found.origin).toBe('the gcloud CLI');
    expect(found.args).toContain(jar);
  });

  it('the gcloud CLI’s component where the Java is too old for the Firebase CLI’s, which is then not fetched', async () => {
    cached();
    gcloud();
    const download = () => Promise.reject(new Error('must not be called'));
    const found = await findFirestoreProgram(machine(17, { download }));
    expect(found.origin).toBe('the gcloud CLI');
    expect(found.java.major).toBe(17);
  });

  it('what FIRESTORE_EMULATOR_BINARY_PATH names, before all', async () => {
    cached();
    const env = { FIRESTORE_EMULATOR_BINARY_PATH: '/my.jar' };
    expect((await findFirestoreProgram(machine(17, { env }))).args).toEqual(['-jar', '/my.jar']);
  });
});

describe('one message says what to install', () => {
  it('without a Java', async () => {
    await expect(findFirestoreProgram(machine(undefined))).rejects.toThrow('needs Java 21 or newer');
  });

  it('without an emulator', async () => {
    await expect(findFirestoreProgram(machine(25))).rejects.toThrow(
      'gcloud components install cloud-firestore-emulator',
    );
  });

  it('with the gcloud CLI’s emulator and no Java that runs it', async () => {
    gcloud();
    await expect(findFirestoreProgram(machine(8))).rejects.toThrow('Java 11 or newer');
  });
});
