import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { functionsDir } from '../lib/paths.ts';
import { freePort } from '../lib/ports.ts';
import { sleep, startProcess } from '../lib/process-group.ts';
import { host } from '../lib/project.ts';
import { cpuMs } from './cpu-time.ts';

/** A function as the cloud starts it: the Functions Framework's command, with one target. */
export interface ColdTarget {
  name: string;
  /** Folder with package.json and what its `main` names. */
  source: string;
  functionName: string;
  env: Record<string, string>;
  /** The first request. */
  method: 'GET' | 'POST';
  path: string;
  headers?: Record<string, string>;
  body?: string;
}

export interface ColdStart {
  /** Milliseconds from spawning the process until it takes connections. */
  listeningMs: number;
  /** Until the whole of the first answer, a 200, was there. */
  answeredMs: number;
  /** Processor time until then. */
  cpuMs: number;
}

/**
 * Starts a function, sends it one request as soon as it listens, and ends it.
 *
 * @param cacheDirectory where Node keeps compiled code between starts; undefined: nowhere.
 * @throws when the first answer isn't a 200.
 */
export async function startCold(
  target: ColdTarget,
  logFile: string,
  cacheDirectory: string | undefined,
): Promise<ColdStart> {
  const port = await freePort();
  const { NODE_COMPILE_CACHE: _, NODE_OPTIONS: __, ...inherited } = process.env;
  const start = performance.now();
  const managed = startProcess(
    target.name,
    process.execPath,
    [
      join(functionsDir, 'node_modules/@google-cloud/functions-framework/build/src/main.js'),
      `--source=${target.source}`,
    ],
    {
      cwd: target.source,
      env: {
        ...inherited,
        ...target.env,
        PORT: String(port),
        FUNCTION_TARGET: target.functionName,
        FUNCTION_SIGNATURE_TYPE: 'http',
        NODE_ENV: 'production',
        ...(cacheDirectory && { NODE_COMPILE_CACHE: cacheDirectory }),
      },
      logFile,
    },
  );
  try {
    while (!(await listens(port))) {
      if (!managed.running()) throw new Error(`${target.name} ended before it listened:\n${managed.tail()}`);
      if (performance.now() - start > 30_000) throw new Error(`${target.name} never listened`);
      await sleep(2);
    }
    const listeningMs = performance.now() - start;
    const { status, text } = await ask(port, target);
    const answeredMs = performance.now() - start;
    const used = cpuMs(managed.pid);
    if (status !== 200)
      throw new Error(`${target.name} answered ${status}: ${text.slice(0, 500)}\n${managed.tail()}`);
    return { listeningMs, answeredMs, cpuMs: used };
  } finally {
    // Node writes what it compiled when the process ends by itself.
    await managed.stop(cacheDirectory ? 3_000 : 0);
  }
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** On a connection of its own, which ends with the answer. */
function ask(port: number, target: ColdTarget): Promise<{ status: number; text: string }> {
  const { method, path, headers = {}, body } = target;
  return new Promise((resolve, reject) => {
    const sent = request({ host, port, method, path, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
