import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cacheDir } from '../lib/paths.ts';
import { freePort, isPortFree } from '../lib/ports.ts';
import { type Managed, sleep } from '../lib/process-group.ts';
import { host, projectId, region } from '../lib/project.ts';
import { startSandbox } from '../lib/sandbox.ts';
import {
  createSystemPlace,
  launchSystem,
  type RunningSystem,
  type SystemPlace,
  untilReady,
} from '../test/system.ts';

// `npm start` as a person uses it, on other ports and with data of its own. The tests build on each other: they are
// one story, and a start takes some ten seconds.

let sandbox: Managed;
let place: SystemPlace;
let system: RunningSystem;
const account = { email: 'ada@example.com', password: 'correct horse 7' };

beforeAll(async () => {
  const port = await freePort();
  sandbox = await startSandbox({ port, logFile: join(cacheDir, 'logs/test/system-sandbox.log'), delayMs: 1 });
  place = await createSystemPlace('system', `http://${host}:${port}`);
  system = await untilReady(launchSystem(place));
});
afterAll(async () => {
  await system?.managed.stop(20_000);
  await sandbox?.stop();
});

const page = () => `http://${host}:${place.ports.hosting}`;

async function post(route: string, body: unknown, token?: string): Promise<Response> {
  return fetch(`${page()}/api/v1/${route}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  });
}

async function signIn(): Promise<string> {
  const response = await post('auth/login', account);
  expect(response.status).toBe(200);
  return ((await response.json()) as { accessToken: string }).accessToken;
}

/** Everything that the launcher started carries its folder or one of its ports on the command line. */
function leftovers(): string[] {
  const { stdout } = spawnSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' });
  return stdout
    .split('\n')
    .filter((line) => line.includes(place.stateDir) || line.includes(`--port ${place.ports.firestore}`));
}

async function expectNothingLeft(): Promise<void> {
  expect(leftovers()).toEqual([]);
  for (const port of Object.values(place.ports)) expect(await isPortFree(port), `port ${port}`).toBe(true);
}

/** As the terminal does on Ctrl-C. */
async function interrupt(running: RunningSystem, signal: NodeJS.Signals = 'SIGINT'): Promise<number | null> {
  process.kill(-running.managed.pid, signal);
  const { code } = await running.managed.exited;
  return code;
}

describe('npm start', () => {
  it('says what it starts and where it is', () => {
    const output = system.output();
    expect(output).toMatch(/Starting the Firestore emulator/);
    expect(output).toMatch(/Starting the Auth emulator/);
    expect(output).toMatch(/Starting Hosting and the functions .*openaiGenerate/);
    expect(output).toMatch(/Firegate is ready \([\d.]+ s\)/);
    expect(output).toContain(page());
    expect(output).toMatch(/Sandbox +answers for openai, anthropic/);
  });

  it('prints a command that streams an answer, as pasted', async () => {
    const command = /^curl -N[\s\S]*?\)"$/m.exec(system.output())?.[0] ?? '';
    const { stdout } = await promisify(execFile)('sh', ['-c', command]);
    const events = [...stdout.matchAll(/^event: (\w+)$/gm)].map((match) => match[1]);
    expect(events.length).toBeGreaterThan(5);
    expect(new Set(events.slice(0, -1))).toEqual(new Set(['delta']));
    expect(events.at(-1)).toBe('done');
  });

  it('streams at the function’s URL: the first delta comes before the last', async () => {
    const command = /^curl -N[\s\S]*?\)"$/m.exec(system.output())?.[0] ?? '';
    const arrivals: number[] = [];
    const child = execFile('sh', ['-c', command]);
    child.stdout?.on('data', () => arrivals.push(performance.now()));
    await new Promise((resolve) => child.once('close', resolve));
    expect(arrivals.length).toBeGreaterThan(2);
  });

  it('shows the page, with its security headers, on every route', async () => {
    for (const path of ['/', '/usage']) {
      const response = await fetch(`${page()}${path}`);
      expect(response.status).toBe(200);
      expect(await response.text()).toContain('<div id="root"');
      const policy = response.headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'self'");
      expect(policy).not.toContain('unsafe-inline');
      // Here, and here alone, the emulators stand in for Google's services.
      expect(policy).toContain(`http://${host}:${place.ports.functions}`);
      expect(response.headers.get('cache-control')).toBe('no-cache');
      expect(response.headers.has('strict-transport-security')).toBe(false);
    }
  });

  it('lets assets be kept for good, and has no page for a missing one', async () => {
    const html = await (await fetch(page())).text();
    const asset = /src="(\/assets\/[^"]+)"/.exec(html)?.[1] ?? '';
    const found = await fetch(`${page()}${asset}`);
    expect(found.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect((await fetch(`${page()}/assets/gone-1234.js`)).status).toBe(404);
  });

  it('leaves the API its own headers', async () => {
    const response = await fetch(`${page()}/api/v1/nowhere`);
    expect(response.status).toBe(404);
    expect(response.headers.get('content-security-policy')).toBe(
      "default-src 'none'; frame-ancestors 'none'",
    );
    expect(response.headers.get('cache-control')).toContain('no-store');
  });

  it('answers at the function’s own URL with and without the prefix', async () => {
    const functions = `http://${host}:${place.ports.functions}/${projectId()}/${region}`;
    for (const path of ['/api/health', '/api/api/health']) {
      expect((await fetch(`${functions}${path}`)).status, path).toBe(200);
    }
  });

  it('shows the link of a mail', async () => {
    expect((await post('auth/register', account)).status).toBe(201);
    expect((await post('auth/reset-password', { email: account.email })).status).toBe(202);
    const deadline = Date.now() + 5_000;
    const mail = /Mail: to reset the password for ada@example.com: http:\S+oobCode=\S+/;
    while (!mail.test(system.output()) && Date.now() < deadline) await sleep(50);
    expect(system.output()).toMatch(mail);
  });

  it('refuses taken ports by name', async () => {
    const second = launchSystem(place);
    const { code } = await second.managed.exited;
    await second.managed.closed;
    expect(code).toBe(1);
    for (const [name, port] of [
      ['Hosting', place.ports.hosting],
      ['Functions', place.ports.functions],
      ['Auth', place.ports.auth],
      ['Firestore', place.ports.firestore],
    ]) {
      expect(second.output()).toMatch(new RegExp(`Port ${port} \\(${name}\\) is taken by .+ \\(pid \\d+\\)`));
    }
  });

  it('ends on Ctrl-C, saves the data and leaves no process behind', async () => {
    const token = await signIn();
    expect((await post('llm/generate', { model: 'gpt-6-luna', prompt: 'Remember me' }, token)).status).toBe(
      200,
    );
    expect(await interrupt(system)).toBe(130);
    expect(system.output()).toContain('Saving the data');
    await expectNothingLeft();
  });
});

describe('the next start', () => {
  beforeAll(async () => {
    system = await untilReady(launchSystem(place));
  });

  it('has the account, its password and its records', async () => {
    expect(system.output()).toContain('Imported the data of');
    const token = await signIn();
    const usage = await fetch(`${page()}/api/v1/usage`, { headers: { Authorization: `Bearer ${token}` } });
    const { items } = (await usage.json()) as { items: { model: string }[] };
    expect(items.map(({ model }) => model)).toEqual(['gpt-6-luna']);
  });

  it('leaves nothing behind when it is killed outright', async () => {
    // npm's child dies without a word; the launcher notices, saves and ends.
    process.kill(system.managed.pid, 'SIGKILL');
    await system.managed.exited;
    const deadline = Date.now() + 20_000;
    while (leftovers().length > 0 && Date.now() < deadline) await sleep(100);
    await expectNothingLeft();
  });
});

describe('a start with --fresh', () => {
  it('drops the data, and leaves nothing behind when it is stopped half-way', async () => {
    expect(existsSync(join(place.stateDir, 'data/saved.json'))).toBe(true);
    system = launchSystem(place, ['--fresh']);
    const deadline = Date.now() + 60_000;
    while (!system.output().includes('Starting Hosting and the functions') && Date.now() < deadline)
      await sleep(20);
    expect(await interrupt(system, 'SIGTERM')).toBe(143);
    expect(existsSync(join(place.stateDir, 'data'))).toBe(false);
    await expectNothingLeft();
  });
});
