import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Manifest } from './manifest.ts';
import { freePort } from './ports.ts';
import { type Managed, sleep, startProcess, waitUntilReady } from './process-group.ts';
import { host } from './project.ts';

// What stands in for Cloud Tasks under `npm run serve` and in tests: the Admin SDK finds it by
// CLOUD_TASKS_EMULATOR_HOST, as it finds the emulator of the Firebase CLI under `npm start`. Each task-queue function
// runs in a process of its own, as in an instance of the cloud: started by the first task, and again by the next one
// should it have died.

export interface TaskQueues {
  /** `host:port`, for CLOUD_TASKS_EMULATOR_HOST. */
  address: string;
  stop(): Promise<void>;
}

export interface TaskQueueOptions {
  /** A staged functions folder (lib/, node_modules/). */
  directory: string;
  manifest: Manifest;
  /** Of the workers. */
  env: NodeJS.ProcessEnv;
  /** Folder for their log files. */
  logs: string;
}

interface Worker {
  url: string;
  managed: Managed;
}

interface RetryConfig {
  maxAttempts: number;
  minBackoffSeconds: number;
  maxBackoffSeconds: number;
}

/** Serves the queues of all task-queue functions; also `GET /workers`: who works on what, to be killed by a test. */
export async function startTaskQueues(options: TaskQueueOptions): Promise<TaskQueues> {
  const workers = new Map<string, Promise<Worker>>();
  const stopping = new AbortController();

  const workerOf = (name: string): Promise<Worker> => {
    const worker = (workers.get(name) ?? Promise.reject(new Error('None yet'))).then(
      (found) => (found.managed.running() ? found : startWorker(name, options)),
      () => startWorker(name, options),
    );
    workers.set(name, worker);
    return worker;
  };

  const deliver = async (name: string, task: Task): Promise<void> => {
    const { maxAttempts, minBackoffSeconds, maxBackoffSeconds } = retriesOf(options.manifest, name);
    for (let attempt = 0; attempt < maxAttempts && !stopping.signal.aborted; attempt += 1) {
      if (await dispatch(name, task, attempt)) return;
      await sleep(1_000 * Math.min(maxBackoffSeconds, minBackoffSeconds * 2 ** Math.min(attempt, 4)));
    }
  };
  const dispatch = async (name: string, task: Task, attempt: number): Promise<boolean> => {
    try {
      const { url } = await workerOf(name);
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          ...task.httpRequest.headers,
          'X-CloudTasks-QueueName': name,
          'X-CloudTasks-TaskName': task.name ?? '',
          'X-CloudTasks-TaskRetryCount': String(attempt),
        },
        body: Buffer.from(task.httpRequest.body, 'base64'),
        signal: stopping.signal,
      });
      await response.arrayBuffer();
      return response.ok;
    } catch {
      return false;
    }
  };

  const server = createServer(async (request, response) => {
    const answer = (status: number, body: unknown) => {
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
    };
    if (request.method === 'GET' && request.url === '/workers') {
      const running = await Promise.allSettled(
        [...workers].map(async ([name, worker]) => ({ name, pid: (await worker).managed.pid })),
      );
      return answer(
        200,
        running.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : [])),
      );
    }
    const [, name = ''] =
      /^\/projects\/[^/]+\/locations\/[^/]+\/queues\/([^/]+)\/tasks$/.exec(request.url ?? '') ?? [];
    if (request.method !== 'POST' || !options.manifest.endpoints[name]?.taskQueueTrigger) {
      return answer(404, { error: { status: 'NOT_FOUND', message: `There is no queue ${name}` } });
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { task } = JSON.parse(Buffer.concat(chunks).toString()) as { task: Task };
    answer(200, { task });
    void deliver(name, task);
  });
  server.listen(0, host);
  await once(server, 'listening');
  return {
    address: `${host}:${(server.address() as AddressInfo).port}`,
    async stop() {
      stopping.abort();
      server.closeAllConnections();
      server.close();
      const started = await Promise.allSettled([...workers.values()]);
      await Promise.all(
        started.map((each) => (each.status === 'fulfilled' ? each.value.managed.stop(0) : undefined)),
      );
    },
  };
}

interface Task {
  name?: string;
  httpRequest: { headers: Record<string, string>; body: string };
}

/** As Cloud Run starts it: the Functions Framework, with the one function. */
async function startWorker(name: string, { directory, env, logs }: TaskQueueOptions): Promise<Worker> {
  const port = await freePort();
  const managed = startProcess(
    `The worker ${name}`,
    process.execPath,
    [join(directory, 'node_modules/@google-cloud/functions-framework/build/src/main.js')],
    {
      cwd: directory,
      env: { ...env, PORT: String(port), FUNCTION_TARGET: name, FUNCTION_SIGNATURE_TYPE: 'http' },
      logFile: join(logs, `${name}.log`),
    },
  );
  const url = `http://${host}:${port}`;
  // Any answer will do: a task function refuses what is no task.
  const answers = () => fetch(url, { method: 'HEAD' }).then(() => true);
  await waitUntilReady(managed, answers, 30_000);
  return { url, managed };
}

function retriesOf({ endpoints }: Manifest, name: string): RetryConfig {
  const { retryConfig } = (endpoints[name]?.taskQueueTrigger ?? {}) as { retryConfig?: Partial<RetryConfig> };
  return { maxAttempts: 3, minBackoffSeconds: 1, maxBackoffSeconds: 60, ...retryConfig };
}
