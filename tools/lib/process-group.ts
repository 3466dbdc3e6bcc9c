import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';

export interface Managed {
  name: string;
  pid: number;
  /** Resolves once the process has ended; never rejects. */
  exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** Resolves once its output has been read to the end as well. */
  closed: Promise<void>;
  running(): boolean;
  /** The last lines that it wrote, for error messages. */
  tail(): string;
  /** Sends SIGTERM to the whole group, SIGKILL after `graceMs`. Resolves once nothing of it is left. */
  stop(graceMs?: number): Promise<void>;
  child: ChildProcess;
}

export interface StartOptions {
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** All output goes there; what an earlier run wrote is replaced. Absent: `onLine` alone gets it. */
  logFile?: string;
  onLine?: (line: string) => void;
  /** Opens an IPC channel; the child sees `disconnect` when this process dies, however it dies. */
  ipc?: boolean;
}

const live = new Map<number, Managed>();
let exitHookInstalled = false;

/**
 * Starts a program in a process group of its own: Ctrl-C in the terminal then reaches only the launcher, which
 * stops its groups in an order of its choosing, and a group leaves no grandchild behind. The group is also told
 * to the launcher's own parent (tools/run.mjs), which kills what is left should the launcher itself be killed.
 */
export function startProcess(name: string, command: string, args: string[], options: StartOptions): Managed {
  installExitHook();
  if (options.logFile) mkdirSync(dirname(options.logFile), { recursive: true });
  const log = options.logFile ? createWriteStream(options.logFile) : undefined;
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env,
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'pipe', 'pipe', ...(options.ipc ? (['ipc'] as const) : [])],
  });
  const pid = child.pid;
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (!stream) continue;
    createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (line) => {
      log?.write(`${line}\n`);
      lines.push(line);
      if (lines.length > 40) lines.shift();
      options.onLine?.(line);
    });
  }
  if (pid !== undefined) {
    tellParent({ group: pid });
  }
  let ended = false;
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('error', (error) => {
      ended = true;
      lines.push(String(error));
      resolve({ code: 127, signal: null });
    });
    child.once('exit', (code, signal) => {
      ended = true;
      resolve({ code, signal });
    });
  });

  const closed = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', () => resolve());
  });
  const managed: Managed = {
    name,
    pid: pid ?? 0,
    exited,
    closed,
    child,
    running: () => !ended,
    tail: () => lines.slice(-12).join('\n'),
    async stop(graceMs = 5_000) {
      if (pid === undefined) return;
      signalGroup(pid, 'SIGTERM');
      const deadline = Date.now() + graceMs;
      while (groupAlive(pid) && Date.now() < deadline) await sleep(30);
      signalGroup(pid, 'SIGKILL');
      await exited;
      while (groupAlive(pid)) await sleep(30);
      live.delete(pid);
      tellParent({ groupEnded: pid });
      log?.end();
    },
  };
  if (pid !== undefined) live.set(pid, managed);
  return managed;
}

/** Stops every process that was started here and still lives. */
export async function stopAllProcesses(graceMs?: number): Promise<void> {
  await Promise.all([...live.values()].map((managed) => managed.stop(graceMs)));
}

/** Waits until `check` answers true; fails as soon as the process ends or the time is up. */
export async function waitUntilReady(
  managed: Managed,
  check: () => Promise<boolean>,
  timeoutMs: number,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    if (await check().catch(() => false)) return;
    if (!managed.running()) {
      // Its last words may still be on their way.
      await Promise.race([managed.closed, sleep(500)]);
      throw new Error(`${managed.name} ended before it was ready:\n${managed.tail()}`);
    }
    if (Date.now() > deadline) {
      throw new Error(`${managed.name} was not ready after ${timeoutMs / 1000} s:\n${managed.tail()}`);
    }
    await sleep(75);
  }
}

/** Over the IPC channel, if this process was started with one and its parent still lives. */
export function tellParent(message: Record<string, unknown>): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function groupAlive(pid: number): boolean {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 0);
    return true;
  } catch {
    return false;
  }
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    if (process.platform === 'win32') spawnSync('taskkill', ['/pid', String(pid), '/t', '/f']);
    else process.kill(-pid, signal);
  } catch {
    // Nothing of the group is left.
  }
}

function installExitHook(): void {
  if (exitHookInstalled) return;
  exitHookInstalled = true;
  process.on('exit', () => {
    for (const pid of live.keys()) signalGroup(pid, 'SIGKILL');
  });
}
