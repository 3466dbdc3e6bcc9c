import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createSandbox, type Sandbox } from '../../../tools/sandbox/server.ts';
import { foldStream } from '../../src/providers/fold.ts';
import { createProvider, PROVIDERS } from '../../src/providers/registry.ts';
import { ask, context, firstModel } from './harness.ts';

/** Forwards to the sandbox and notes the sockets and credentials of what comes in. */
let sandbox: Sandbox;
let server: Server;
let baseUrl: string;
let sockets: Set<Socket>;
let authorizations: (string | undefined)[];

/** Google has a header of its own for the key alone. */
function keyIn({ authorization, 'x-goog-api-key': key }: IncomingHttpHeaders): string | undefined {
  return typeof key === 'string' ? `Bearer ${key}` : authorization;
}

beforeAll(async () => {
  sandbox = await createSandbox().start();
  server = createServer(async (request, response) => {
    sockets.add(request.socket);
    authorizations.push(keyIn(request.headers));
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const answer = await fetch(`${sandbox.url}${request.url}`, {
      method: 'POST',
      headers: Object.fromEntries(
        ['content-type', 'authorization', 'x-goog-api-key', 'anthropic-version'].map((name) => [
          name,
          String(request.headers[name] ?? ''),
        ]),
      ),
      body: Buffer.concat(chunks),
    });
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await sandbox.stop();
});

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe.each(PROVIDERS)('$id', (definition) => {
  const request = ask(firstModel(definition.models), 'Hello');
  const connect = (apiKey: string, isSandbox = false) => {
    sockets = new Set();
    authorizations = [];
    const url = `${baseUrl}${definition.sandboxPath}`;
    return createProvider(definition.id, { apiKey, baseUrl: url, sandbox: isSandbox });
  };

  // The next call may start a moment before a connection is free again: then there is a second one.
  it('keeps its connections for the next calls', async () => {
    const provider = connect('key');
    for (let call = 0; call < 20; call++) await provider.generate(request, context());
    expect(sockets.size).toBeLessThanOrEqual(3);
  });

  it('keeps its connections over streams', async () => {
    const provider = connect('key');
    for (let call = 0; call < 20; call++) await foldStream(provider.stream(request, context()));
    expect(sockets.size).toBeLessThanOrEqual(3);
  });

  it('prints nothing, whatever the environment asks of the SDK', async () => {
    vi.stubEnv('OPENAI_LOG', 'debug');
    vi.stubEnv('ANTHROPIC_LOG', 'debug');
    const lines: unknown[][] = [];
    for (const level of ['debug', 'info', 'log', 'warn', 'error'] as const) {
      vi.spyOn(console, level).mockImplementation((...line) => lines.push(line));
    }
    const provider = connect('key');
    await provider.generate(request, context());
    sandbox.faults.add({ kind: 'malformed' });
    await expect(foldStream(provider.stream(request, context()))).rejects.toMatchObject({
      kind: 'malformed',
    });
    expect(lines).toEqual([]);
  });

  it.each([
    ['the key', 'sk-key\n', false, 'Bearer sk-key'],
    ['a word where the sandbox needs none', '', true, 'Bearer sandbox'],
    ['a word where another upstream needs none', '', false, 'Bearer none'],
  ])('sends %s', async (_, apiKey, isSandbox, authorization) => {
    await connect(apiKey, isSandbox).generate(request, context());
    expect(authorizations).toEqual([authorization]);
  });
});
