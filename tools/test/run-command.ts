import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { cacheDir, root } from '../lib/paths.ts';
import { sleep, startProcess } from '../lib/process-group.ts';
import {
  nothing,
  type Outcome,
  oneFailure,
  type PlaywrightReport,
  playwrightOutcome,
  type VitestReport,
  vitestOutcome,
} from './outcome.ts';

/** Takes the lines that a command writes. */
export type Sink = (line: string) => void;

const bin = (name: string) => join(root, 'node_modules', name);
const programs = {
  tsc: bin('typescript/bin/tsc'),
  biome: bin('@biomejs/biome/bin/biome'),
  vitest: bin('vitest/vitest.mjs'),
  playwright: bin('@playwright/test/cli.js'),
};

/** Runs a script with this Node; resolves with its exit code. */
export async function runScript(
  script: string,
  args: string[],
  sink: Sink,
  env: Record<string, string> = {},
): Promise<number> {
  const managed = startProcess(script, process.execPath, [script, ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    onLine: (line) => sink(stripVTControlCharacters(line)),
  });
  const { code, signal } = await managed.exited;
  await Promise.race([managed.closed, sleep(1_000)]);
  if (signal) sink(`${basename(script)} was killed by ${signal}.`);
  await managed.stop(0);
  return code ?? 1;
}

/** A command that checks something and is either fine or not. */
export async function check(program: keyof typeof programs, args: string[], sink: Sink): Promise<Outcome> {
  return (await runScript(programs[program], args, sink)) === 0 ? nothing : oneFailure;
}

export async function vitest(project: string, sink: Sink): Promise<Outcome> {
  const { code, report } = await withReport<VitestReport>((file) =>
    runScript(
      programs.vitest,
      ['run', '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`],
      sink,
    ),
  );
  return report ? vitestOutcome(report, code) : oneFailure;
}

/** @param output folder for traces and screenshots of what failed; it is emptied first */
export async function playwright(output: string, env: Record<string, string>, sink: Sink): Promise<Outcome> {
  const { code, report } = await withReport<PlaywrightReport>((file) =>
    runScript(programs.playwright, ['test', '--reporter=list,json', `--output=${output}`], sink, {
      ...env,
      PLAYWRIGHT_JSON_OUTPUT_FILE: file,
    }),
  );
  return report ? playwrightOutcome(report, code) : oneFailure;
}

async function withReport<T>(
  run: (file: string) => Promise<number>,
): Promise<{ code: number; report: T | undefined }> {
  const folder = join(cacheDir, 'reports');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${randomUUID()}.json`);
  try {
    const code = await run(file);
    return { code, report: existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as T) : undefined };
  } finally {
    rmSync(file, { force: true });
  }
}
