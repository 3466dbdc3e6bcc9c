import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkerJob, WorkerReport } from './worker.ts';

const start = (job: WorkerJob): ChildProcess =>
  fork(join(import.meta.dirname, 'worker.ts'), [JSON.stringify(job)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, METADATA_SERVER_DETECTION: 'none' },
  });

/** Runs a job in a process of its own and kills it, without a warning, this long after it has begun. */
export async function runAndKill(job: WorkerJob, ms: number): Promise<void> {
  const child = start(job);
  try {
    await once(child, 'message');
    child.send('start');
    await sleep(ms);
  } finally {
    child.kill('SIGKILL');
  }
  await once(child, 'exit');
}

/** Runs the jobs, each in a process of its own, all starting at the same moment. */
export async function runProcesses(jobs: readonly WorkerJob[]): Promise<WorkerReport[]> {
  const children = jobs.map(start);
  try {
    await Promise.all(children.map((child) => once(child, 'message')));
    return await Promise.all(
      children.map(async (child) => {
        const report = Promise.race([
          once(child, 'message'),
          once(child, 'exit').then(([code]) => {
            throw new Error(`A worker ended early with code ${code}`);
          }),
        ]);
        child.send('start');
        const [message] = await report;
        return message as WorkerReport;
      }),
    );
  } finally {
    for (const child of children) child.kill();
  }
}
