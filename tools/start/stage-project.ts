import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listen } from '../lib/firebase-cli.ts';
import { type Manifest, readManifest, secretNames } from '../lib/manifest.ts';
import { root } from '../lib/paths.ts';
import { freePorts } from '../lib/ports.ts';
import { type FirebaseJson, type HostingHeaders, readFirebaseJson } from '../lib/project.ts';
import { stageFunctions } from '../lib/stage.ts';

/** The name of the folder, inside the staged project, that the Hosting emulator serves. */
const publicFolder = 'public';

/**
 * Lays out a project folder for the emulators: copies of what was built, this checkout's firebase.json adapted to
 * it, and the functions' secrets and parameters from the environment. Nothing in functions/ is touched.
 *
 * @returns the staged firebase.json
 */
export async function stageProject(
  directory: string,
  environment: Record<string, string>,
): Promise<Record<string, unknown>> {
  const functions = stageFunctions(directory);
  const manifest = readManifest();
  writeFileSync(join(functions, '.secret.local'), secretsFile(manifest, environment), { mode: 0o600 });
  writeFileSync(join(functions, '.env.local'), paramsFile(manifest, environment), { mode: 0o600 });
  const original = readFirebaseJson();
  cpSync(join(root, original.hosting.public), join(directory, publicFolder), { recursive: true });
  return stagedConfig(original, await freePorts(4));
}

export function stagedConfig(
  original: FirebaseJson,
  [hub, logging, eventarc, tasks]: number[],
): Record<string, unknown> {
  const { functions, hosting, emulators } = original;
  return {
    functions: [{ source: 'functions', codebase: 'default', runtime: functions[0]?.['runtime'] }],
    hosting: {
      ...hosting,
      public: publicFolder,
      headers: withLocalAddresses(hosting.headers ?? [], emulators),
    },
    emulators: {
      functions: emulators.functions,
      hosting: emulators.hosting,
      // Nobody calls these; explicit ports keep several suites apart.
      hub: listen(hub as number),
      logging: listen(logging as number),
      eventarc: listen(eventarc as number),
      tasks: listen(tasks as number),
      ui: { enabled: false },
      singleProjectMode: true,
    },
  };
}

/** The policy of production, plus the emulators that stand in for Google's services here. */
function withLocalAddresses(
  headers: HostingHeaders[],
  emulators: FirebaseJson['emulators'],
): HostingHeaders[] {
  const auth = `http://127.0.0.1:${emulators.auth.port}`;
  const storage = `http://127.0.0.1:${emulators.storage.port}`;
  const functions = `http://127.0.0.1:${emulators.functions.port}`;
  return headers.map(({ source, headers: entries }) => ({
    source,
    headers: entries
      // A browser would remember for years to use HTTPS for everything on 127.0.0.1.
      .filter(({ key }) => key !== 'Strict-Transport-Security')
      .map(({ key, value }) => ({
        key,
        value:
          key === 'Content-Security-Policy'
            ? value
                .replace(/connect-src /, `connect-src ${functions} ${auth} ${storage} `)
                .replace(/media-src /, `media-src ${functions} `)
                .replace(/frame-src /, `frame-src ${auth} `)
            : value,
      })),
  }));
}

/** A secret without a value gets a blank: the emulator would ask Secret Manager for an empty one. */
export function secretsFile(manifest: Manifest, environment: Record<string, string>): string {
  return secretNames(manifest)
    .map((name) => `${name}=${quote(environment[name] || ' ')}\n`)
    .join('');
}

/** Parameters need a value each, or the emulator asks for them at the terminal. */
export function paramsFile(manifest: Manifest, environment: Record<string, string>): string {
  return (manifest.params ?? [])
    .filter(({ type }) => type !== 'secret')
    .map(({ name, default: fallback }) => `${name}=${quote(environment[name] ?? String(fallback ?? ''))}\n`)
    .join('');
}

function quote(value: string): string {
  return JSON.stringify(value);
}
