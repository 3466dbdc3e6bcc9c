import { type Managed, sleep } from '../lib/process-group.ts';
import { host, projectId, region } from '../lib/project.ts';

/** Where the emulated functions are. */
export function functionsUrl(port: number): string {
  return `http://${host}:${port}/${projectId()}/${region}`;
}

/** Waits until the functions emulator knows its functions. */
export async function waitForFunctions(url: string, names: string[], emulators: Managed): Promise<void> {
  const deadline = Date.now() + 120_000;
  // The emulator answers 404 and lists the functions it knows; an unknown name starts no worker.
  for (;;) {
    const text = await fetch(`${url}/none`, { signal: AbortSignal.timeout(5_000) })
      .then((response) => response.text())
      .catch(() => '');
    if (names.every((name) => text.includes(name))) return;
    if (!emulators.running()) throw new Error(`The Firebase emulators ended early:\n${emulators.tail()}`);
    if (Date.now() > deadline) throw new Error(`The functions did not load:\n${emulators.tail()}`);
    await sleep(100);
  }
}

/**
 * Starts each function's worker process and makes it load its code, so that the first user need not wait. The
 * emulator leaves a request without an answer when the worker does not start: whether all is well is checkHealth's
 * to say.
 */
export async function warmUp(url: string, names: string[]): Promise<void> {
  await Promise.allSettled(
    names.map(async (name) => {
      const request = { method: 'OPTIONS', signal: AbortSignal.timeout(120_000) };
      await (await fetch(`${url}/${name}`, request)).arrayBuffer();
    }),
  );
}

/** The whole way: Hosting's rewrite, the function's own URL, and what they need behind them. */
export async function checkHealth(urls: string[], emulators: Managed): Promise<void> {
  const deadline = Date.now() + 120_000;
  for (const url of urls) {
    for (;;) {
      const status = await fetch(url, { signal: AbortSignal.timeout(20_000) })
        .then(async (response) => `${response.status} ${await response.text()}`)
        .catch((error: unknown) => String(error));
      if (status.startsWith('200 ')) break;
      if (!emulators.running() || Date.now() > deadline) {
        throw new Error(`${url} answered ${status}\n${emulators.tail()}`);
      }
      await sleep(250);
    }
  }
}
