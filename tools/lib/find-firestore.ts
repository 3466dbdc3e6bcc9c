import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { downloadFirestoreJar, pinnedFirestoreJar } from './download-firestore.ts';
import { findJava, type Java } from './java.ts';
import { UserError } from './say.ts';

/** How to run the official Firestore emulator here: `java`, then these arguments. */
export interface FirestoreProgram {
  origin: 'the Firebase CLI' | 'the gcloud CLI' | 'FIRESTORE_EMULATOR_BINARY_PATH';
  java: Java;
  args: string[];
}

/** What the emulator of the Firebase CLI was compiled for, and what the gcloud CLI's one runs on. */
const cliJavaMinimum = 21;
const gcloudJavaMinimum = 11;
/** The gcloud CLI's jar names no main class. */
const emulatorClass = 'com.google.cloud.datastore.emulator.firestore.CloudFirestore';

/** What the search looks at. */
export interface Machine {
  env: Readonly<Record<string, string | undefined>>;
  /** The first Java of at least this major version. */
  findJava: (minimum: number) => Java | undefined;
  download: (connectTimeoutMs: number) => Promise<string | undefined>;
  /** Where a gcloud CLI may lie apart from the PATH. */
  sdkFolders: string[];
}

const thisMachine: Machine = {
  env: process.env,
  findJava,
  download: downloadFirestoreJar,
  sdkFolders: [join(homedir(), 'google-cloud-sdk'), '/usr/lib/google-cloud-sdk'],
};

/**
 * Finds the emulator: the Firebase CLI's own (cached, else downloaded once) where there is a Java for it, else the
 * gcloud CLI's component.
 *
 * @throws UserError saying what to install where there is neither.
 */
export async function findFirestoreProgram(machine: Machine = thisMachine): Promise<FirestoreProgram> {
  const newJava = machine.findJava(cliJavaMinimum);
  const override = machine.env['FIRESTORE_EMULATOR_BINARY_PATH'];
  if (override) {
    const java = newJava ?? machine.findJava(gcloudJavaMinimum);
    if (!java) throw new UserError('FIRESTORE_EMULATOR_BINARY_PATH is set, but there is no Java to run it.');
    return { origin: 'FIRESTORE_EMULATOR_BINARY_PATH', java, args: ['-jar', override] };
  }
  const jar = gcloudJar(machine);
  if (newJava) {
    // With another emulator at hand a closed network may cost little; without one it is worth the wait.
    const cliJar = cachedFirestoreJar(machine) ?? (await machine.download(jar ? 1_500 : 8_000));
    if (cliJar) return { origin: 'the Firebase CLI', java: newJava, args: ['-jar', cliJar] };
  }
  const java = jar && machine.findJava(gcloudJavaMinimum);
  if (jar && java) return { origin: 'the gcloud CLI', java, args: ['-cp', jar, emulatorClass] };
  throw new UserError(
    jar || newJava
      ? jar
        ? `The gcloud CLI's Firestore emulator needs Java ${gcloudJavaMinimum} or newer: install one (Debian: apt-get install default-jre-headless).`
        : 'There is no Firestore emulator here and it could not be downloaded: connect to the network once, or run `gcloud components install cloud-firestore-emulator`.'
      : `The Firestore emulator needs Java ${cliJavaMinimum} or newer: install one (for instance from https://adoptium.net) and run this again.`,
  );
}

/** The newest emulator that the Firebase CLI has downloaded; the pinned version first. */
function cachedFirestoreJar({ env }: Machine): string | undefined {
  const { path, folder } = pinnedFirestoreJar(env);
  if (existsSync(path)) return path;
  if (!existsSync(folder)) return undefined;
  const newest = readdirSync(folder)
    .filter((name) => /^cloud-firestore-emulator-v[\d.]+\.jar$/.test(name))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .at(-1);
  return newest && join(folder, newest);
}

/** From the real place of the `gcloud` program: asking `gcloud info` takes seconds. */
function gcloudJar({ env, sdkFolders }: Machine): string | undefined {
  const roots = [
    env['CLOUDSDK_ROOT_DIR'],
    ...(env['PATH'] ?? '').split(delimiter).map((folder) => {
      const program = join(folder, 'gcloud');
      return folder && existsSync(program) ? dirname(dirname(realpathSync(program))) : undefined;
    }),
    ...sdkFolders,
  ];
  return roots
    .filter((sdk) => sdk !== undefined)
    .map((sdk) => join(sdk, 'platform/cloud-firestore-emulator/cloud-firestore-emulator.jar'))
    .find((jar) => existsSync(jar));
}
