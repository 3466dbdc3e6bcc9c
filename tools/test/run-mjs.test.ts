import { type ChildProcess, spawn } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isAlive } from '../lib/lock.ts';
import { root } from '../lib/paths.ts';
import { sleep } from '../lib/process-group.ts';

// tools/run.mjs in a checkout of its own, whose npm and whose command are small scripts.

const lockfile = { packages: { '': {}, 'node_modules/thing': { version: '1.2.3', integrity: 'sha512-x' } } };
const otherVersion = { packages: { 'node_modules/thing': { version: '1.2.2', integrity: 'sha512-y' } } };
let checkout: string;

beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), 'firegate-run-'));
  mkdirSync(join(checkout, 'tools'));
  copyFileSync(join(root, 'tools/run.mjs'), join(checkout, 'tools/run.mjs'));
  for (const folder of ['.', 'functions']) {
    write(`${folder}/package-lock.json`, lockfile);
    write(`${folder}/node_modules/.package-lock.json`, lockfile);
  }
  // Stands for npm: installs by writing npm's own record, and tells that it was called.
  write(
    'npm-cli.js',
    `const { copyFileSync, mkdirSync, appendFileSync } = require('node:fs');
    mkdirSync('node_modules', { recursive: true });
    copyFileSync('package-lock.json', 'node_modules/.package-lock.json');
    appendFileSync(${JSON.stringify(join(checkout, 'npm-calls'))}, process.argv.slice(2).join(' ') + '\\n');`,
  );
  command('console.log("ran", process.argv.slice(2).join(" "));');
});
afterEach(() => rmSync(checkout, { recursive: true, force: true }));

function write(path: string, content: unknown): void {
  mkdirSync(dirname(join(checkout, path)), { recursive: true });
  writeFileSync(join(checkout, path), typeof content === 'string' ? content : JSON.stringify(content));
}

function command(code: string): void {
  write('tools/build/main.ts', code);
}

interface Run {
  child: ChildProcess;
  output: () => string;
  ended: Promise<number | null>;
}

function run(...args: string[]): Run {
  let output = '';
  const child = spawn(process.execPath, [join(checkout, 'tools/run.mjs'), ...args], {
    env: { ...process.env, npm_execpath: join(checkout, 'npm-cli.js'), npm_node_execpath: process.execPath },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  return { child, output: () => output, ended: new Promise((resolve) => child.once('close', resolve)) };
}

async function untilSaid(started: Run, text: RegExp): Promise<RegExpExecArray> {
  for (;;) {
    const match = text.exec(started.output());
    if (match) return match;
    await sleep(20);
  }
}

async function untilGone(pid: number): Promise<boolean> {
  for (let waited = 0; waited < 5_000 && isAlive(pid); waited += 20) await sleep(20);
  return !isAlive(pid);
}

describe('installing', () => {
  const installed = () => existsSync(join(checkout, 'npm-calls'));

  it('is left out when node_modules is what the lockfile says', async () => {
    const started = run('build', '--flag', 'x');
    expect(await started.ended).toBe(0);
    expect(started.output()).toBe('ran --flag x\n');
    expect(installed()).toBe(false);
  });

  it.each([
    ['nothing is installed', () => rmSync(join(checkout, 'functions/node_modules'), { recursive: true })],
    ['a version differs', () => write('node_modules/.package-lock.json', otherVersion)],
    ['a package is missing', () => write('functions/node_modules/.package-lock.json', { packages: {} })],
  ])('happens once when %s', async (_what, change) => {
    change();
    const started = run('build');
    expect(await started.ended).toBe(0);
    expect(started.output()).toMatch(/Installing the packages of the (workspace|functions)[\s\S]*ran/);
    expect(await run('build').ended).toBe(0);
    const calls = readFileSync(join(checkout, 'npm-calls'), 'utf8');
    expect(calls.split('\n').filter((line) => line.startsWith('ci '))).toHaveLength(1);
  });

  it('happens once when two commands start together', async () => {
    rmSync(join(checkout, 'node_modules'), { recursive: true });
    const codes = await Promise.all([run('build').ended, run('build').ended]);
    expect(codes).toEqual([0, 0]);
    const calls = readFileSync(join(checkout, 'npm-calls'), 'utf8');
    expect(calls.trim().split('\n')).toHaveLength(1);
  });

  it('never empties a folder that node_modules only links to', async () => {
    write('node_modules/.package-lock.json', otherVersion);
    renameSync(join(checkout, 'node_modules'), join(checkout, 'elsewhere'));
    symlinkSync(join(checkout, 'elsewhere'), join(checkout, 'node_modules'));
    const started = run('build');
    expect(await started.ended).toBe(1);
    expect(started.output()).toContain('is a link');
    expect(installed()).toBe(false);
  });
});

describe('running', () => {
  it('passes the exit code on, and names the commands for an unknown one', async () => {
    command('process.exit(7);');
    expect(await run('build').ended).toBe(7);
    const unknown = run('bild');
    expect(await unknown.ended).toBe(1);
    expect(unknown.output()).toMatch(/^Usage: .*build.*start/);
  });

  it('passes a signal on once, however often it comes', async () => {
    command(`
      process.on('SIGINT', () => { console.log('interrupted'); setTimeout(() => process.exit(130), 300); });
      console.log('up'); setInterval(() => {}, 1000);`);
    const started = run('build');
    await untilSaid(started, /up/);
    // The terminal sends it to the whole group, and npm passes it on again.
    started.child.kill('SIGINT');
    started.child.kill('SIGINT');
    expect(await started.ended).toBe(130);
    expect(started.output().match(/interrupted/g)).toHaveLength(1);
  });

  const withGroup = `
    import { spawn } from 'node:child_process';
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' });
    process.send({ group: child.pid });
    console.log('group', child.pid, 'command', process.pid);
    process.on('disconnect', () => process.exit(1));
    process.on('exit', () => { try { process.kill(-child.pid, 'SIGKILL'); } catch {} });
    setInterval(() => {}, 1000);`;

  it('kills what the command started when the command is killed', async () => {
    command(withGroup);
    const started = run('build');
    const [, group, main] = await untilSaid(started, /group (\d+) command (\d+)/);
    process.kill(Number(main), 'SIGKILL');
    expect(await started.ended).toBe(137);
    expect(await untilGone(Number(group))).toBe(true);
  });

  it('tells the command by IPC when it is killed itself', async () => {
    command(withGroup);
    const started = run('build');
    const [, group, main] = await untilSaid(started, /group (\d+) command (\d+)/);
    started.child.kill('SIGKILL');
    expect(await untilGone(Number(main))).toBe(true);
    expect(await untilGone(Number(group))).toBe(true);
  });
});
