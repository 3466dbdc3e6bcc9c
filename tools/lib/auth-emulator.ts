import { listen, startCliEmulators } from './firebase-cli.ts';
import { freePorts } from './ports.ts';
import { type Managed, waitUntilReady } from './process-group.ts';
import { host, projectId } from './project.ts';

export interface AuthEmulator {
  /** `host:port`, as FIREBASE_AUTH_EMULATOR_HOST wants it. */
  host: string;
  managed: Managed;
}

/** Starts the Firebase Auth emulator alone. */
export async function startAuth(options: {
  port: number;
  directory: string;
  logFile: string;
  onLine?: (line: string) => void;
}): Promise<AuthEmulator> {
  const [hub, logging] = await freePorts(2);
  const managed = startCliEmulators({
    directory: options.directory,
    config: {
      emulators: {
        auth: listen(options.port),
        hub: listen(hub as number),
        logging: listen(logging as number),
        ui: { enabled: false },
      },
    },
    only: ['auth'],
    env: process.env,
    logFile: options.logFile,
    ...(options.onLine && { onLine: options.onLine }),
  });
  const address = `${host}:${options.port}`;
  try {
    await waitUntilReady(managed, () => answersAsAuth(address), 90_000);
    await hideUnknownAddresses(address);
  } catch (error) {
    await managed.stop(0);
    throw error;
  }
  return { host: address, managed };
}

/** Whether an Auth emulator listens there: its root introduces itself. */
export async function answersAsAuth(address: string): Promise<boolean> {
  const response = await fetch(`http://${address}/`, { signal: AbortSignal.timeout(2_000) });
  const body = (await response.json()) as { authEmulator?: { ready?: boolean } };
  return body.authEmulator?.ready === true;
}

/** Production has email enumeration protection on; the emulator starts without it. */
export async function hideUnknownAddresses(address: string): Promise<void> {
  const response = await fetch(`http://${address}/emulator/v1/projects/${projectId()}/config`, {
    method: 'PATCH',
    headers: { Authorization: 'Bearer owner', 'Content-Type': 'application/json' },
    body: JSON.stringify({ emailPrivacyConfig: { enableImprovedEmailPrivacy: true } }),
  });
  if (!response.ok) throw new Error(`The Auth emulator refused its configuration: ${await response.text()}`);
}
