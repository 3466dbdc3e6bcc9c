import { readFileSync } from 'node:fs';
import { manifestFile } from './build.ts';

/** The part of firebase-functions' manifest (`functions.yaml`, in fact JSON) that the tools use. */
export interface Manifest {
  endpoints: Record<string, Endpoint>;
  params?: { name: string; type: string; default?: string | number | boolean }[];
}

export interface Endpoint {
  entryPoint: string;
  platform: string;
  region?: string[];
  httpsTrigger?: Record<string, unknown>;
  eventTrigger?: Record<string, unknown>;
  scheduleTrigger?: Record<string, unknown>;
  taskQueueTrigger?: Record<string, unknown>;
  secretEnvironmentVariables?: { key: string }[];
  availableMemoryMb?: number | null;
  timeoutSeconds?: number | null;
  concurrency?: number | null;
  cpu?: number | string | null;
  minInstances?: number | null;
  maxInstances?: number | null;
}

export function readManifest(file: string = manifestFile): Manifest {
  return JSON.parse(readFileSync(file, 'utf8')) as Manifest;
}

/** Names of the functions that answer plain HTTPS requests. */
export function httpsFunctions(manifest: Manifest): string[] {
  return Object.entries(manifest.endpoints)
    .filter(([, endpoint]) => endpoint.httpsTrigger)
    .map(([name]) => name);
}

/** Names of all secrets that any function binds. */
export function secretNames(manifest: Manifest): string[] {
  const names = Object.values(manifest.endpoints).flatMap((endpoint) =>
    (endpoint.secretEnvironmentVariables ?? []).map((secret) => secret.key),
  );
  return [...new Set(names)].sort();
}
