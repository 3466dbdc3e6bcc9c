import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.ts';

export const host = '127.0.0.1';
export const region = 'us-central1';

export type EmulatorName = 'auth' | 'functions' | 'firestore' | 'hosting' | 'storage';

export interface FirebaseJson {
  functions: { source: string; ignore?: string[]; [key: string]: unknown }[];
  firestore: { rules: string; indexes: string };
  hosting: { public: string; headers?: HostingHeaders[]; [key: string]: unknown };
  emulators: Record<EmulatorName, { host?: string; port: number }> & Record<string, unknown>;
}

export interface HostingHeaders {
  source: string;
  headers: { key: string; value: string }[];
}

/** This checkout's firebase.json; the tests name another one, with other ports. */
export function readFirebaseJson(): FirebaseJson {
  const file = process.env['FIREGATE_FIREBASE_JSON'] ?? join(root, 'firebase.json');
  return JSON.parse(readFileSync(file, 'utf8')) as FirebaseJson;
}

/** The ports come from firebase.json alone. */
export function configuredPorts(): Record<EmulatorName, number> {
  const { emulators } = readFirebaseJson();
  return {
    auth: emulators.auth.port,
    functions: emulators.functions.port,
    firestore: emulators.firestore.port,
    hosting: emulators.hosting.port,
    storage: emulators.storage.port,
  };
}

/**
 * The project of everything local, whatever .firebaserc names: under a `demo-` id the emulators never ask a real
 * project for anything.
 */
export function projectId(): string {
  return 'demo-firegate';
}

/** The project that is deployed to, for commands that reach into it: the default of .firebaserc. */
export function deployedProjectId(): string {
  const rc = JSON.parse(readFileSync(join(root, '.firebaserc'), 'utf8')) as { projects: { default: string } };
  return rc.projects.default;
}
