import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

function run(...args: string[]): { child: ChildProcess; output: () => string } {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  return { child, output: () => output };
}

it('says where it listens, and ends on SIGINT', async () => {
  const { child, output } = run('--port', '0');
  await expect.poll(output, { timeout: 10_000 }).toContain('Sandbox upstream: http://127.0.0.1:');
  const [url = ''] = /http:\S+/.exec(output()) ?? [];
  expect((await fetch(`${url}/__sandbox/health`)).status).toBe(200);
  child.kill('SIGINT');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

it('names the port that is taken', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? String(address.port) : '';
  const { child, output } = run('--port', port);
  expect(await once(child, 'exit')).toEqual([1, null]);
  expect(output()).toContain(`Port ${port} on 127.0.0.1 is taken.`);
  server.close();
});

it('refuses a port that is none', async () => {
  const { child, output } = run('--port', '99999');
  expect(await once(child, 'exit')).toEqual([1, null]);
  expect(output()).toContain('--port is an integer from 0 to 65535.');
});
