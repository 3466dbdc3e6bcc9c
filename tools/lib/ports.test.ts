import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePorts, isPortFree, portHolder, programName } from './ports.ts';

let server: Server;
let taken: number;

beforeAll(async () => {
  [taken] = (await freePorts(1)) as [number];
  server = createServer();
  await new Promise<void>((resolve) => server.listen(taken, '127.0.0.1', resolve));
});
afterAll(() => void server.close());

it('knows whether a port is taken', async () => {
  expect(await isPortFree(taken)).toBe(false);
  const [free] = (await freePorts(1)) as [number];
  expect(await isPortFree(free)).toBe(true);
});

it('says who has it', () => {
  expect(portHolder(taken)).toContain(`(pid ${process.pid})`);
});

it('finds different ports', async () => {
  expect(new Set(await freePorts(20)).size).toBe(20);
});

it.each([
  [['/usr/bin/java', '-cp', 'x.jar'], 'java'],
  [['/opt/bin/node', '--flag', '/srv/firebase.js', 'emulators:start'], 'node firebase.js'],
  [['node'], 'node'],
])('names the program of %j', (argv, name) => {
  expect(programName(argv)).toBe(name);
});
