import domain from 'node:domain';
import { once } from 'node:events';
import type { Server, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { avoidDomains } from './avoid-domains.ts';

const require = createRequire(import.meta.url);
const framework = require('@google-cloud/functions-framework');
const { getTestServer } = require('@google-cloud/functions-framework/testing');
const { create } = domain;

let server: Server;
afterEach(() => void server.close());
afterAll(() => {
  domain.create = create;
});

describe('avoidDomains', () => {
  it('has the framework run a request outside any domain', async () => {
    const domains: unknown[] = [];
    framework.http('plain', async (_: unknown, response: ServerResponse) => {
      domains.push((process as { domain?: unknown }).domain ?? null);
      response.end('answered');
    });
    server = getTestServer('plain').listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const ask = async () => (await fetch(`http://127.0.0.1:${port}/`)).text();

    expect(await ask()).toBe('answered');
    avoidDomains();
    expect(await ask()).toBe('answered');
    expect(domains).toEqual([expect.any(domain.Domain), null]);
  });
});
