import { join } from 'node:path';
import { findFirestoreProgram } from './find-firestore.ts';
import { root } from './paths.ts';
import { type Managed, startProcess, waitUntilReady } from './process-group.ts';
import { host, projectId, readFirebaseJson } from './project.ts';

export interface FirestoreEmulator {
  /** `host:port`, as FIRESTORE_EMULATOR_HOST wants it. */
  host: string;
  /** What the data came from, for the log. */
  origin: string;
  managed: Managed;
}

/**
 * Starts the official Firestore emulator with this project's rules.
 *
 * @param options.importFrom an `*.overall_export_metadata` file of an earlier export
 */
export async function startFirestore(options: {
  port: number;
  logFile: string;
  importFrom?: string | undefined;
}): Promise<FirestoreEmulator> {
  const program = await findFirestoreProgram();
  const managed = startProcess(
    'The Firestore emulator',
    program.java.path,
    [
      '-Duser.language=en',
      ...program.args,
      '--host',
      host,
      '--port',
      String(options.port),
      '--project_id',
      projectId(),
      '--rules',
      join(root, readFirebaseJson().firestore.rules),
      ...(options.importFrom ? ['--seed_from_export', options.importFrom] : []),
    ],
    { cwd: root, env: process.env, logFile: options.logFile },
  );
  const address = `${host}:${options.port}`;
  try {
    await waitUntilReady(managed, () => answersAsFirestore(address), 60_000);
  } catch (error) {
    await managed.stop(0);
    throw error;
  }
  return { host: address, origin: `from ${program.origin}, Java ${program.java.major}`, managed };
}

/** Whether a Firestore emulator listens there: its root says `Ok`. */
export async function answersAsFirestore(address: string): Promise<boolean> {
  const response = await fetch(`http://${address}/`, { signal: AbortSignal.timeout(2_000) });
  return response.ok && (await response.text()).trim() === 'Ok';
}

/** Writes all documents to `directory/firestore/`; answers the metadata file that an import wants. */
export async function exportFirestore(address: string, directory: string): Promise<string> {
  const name = 'firestore';
  const response = await fetch(`http://${address}/emulator/v1/projects/${projectId()}:export`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      database: `projects/${projectId()}/databases/(default)`,
      export_directory: directory,
      export_name: name,
    }),
    signal: AbortSignal.timeout(60_000),
  });
  if (!response.ok)
    throw new Error(`The Firestore export failed: ${response.status} ${await response.text()}`);
  return join(name, `${name}.overall_export_metadata`);
}
