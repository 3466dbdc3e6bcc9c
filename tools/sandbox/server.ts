import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAnthropic } from './anthropic/index.ts';
import { FaultPlan } from './faults.ts';
import { createGemini } from './gemini/index.ts';
import { handle } from './handle.ts';
import { createOpenai } from './openai/index.ts';
import type { SandboxProvider } from './provider.ts';
import { Recorder } from './recorder.ts';
import type { SandboxState } from './state.ts';

/** Each is one folder. A bare `/v1/…` that none of them claims is the last one’s, OpenAI’s: its format is the common one. */
const PROVIDERS: readonly (() => SandboxProvider)[] = [createAnthropic, createGemini, createOpenai];

export interface SandboxOptions {
  /** 0, the default: any free port. */
  port?: number;
  host?: string;
  /** Milliseconds before each streamed chunk; 0 by default. */
  delayMs?: number;
  /** Tokens in one streamed chunk; 2 by default. */
  tokensPerChunk?: number;
}

export interface Sandbox {
  /** Such as `http://127.0.0.1:4010`; only once it has started. */
  readonly url: string;
  readonly port: number;
  readonly recorder: Recorder;
  readonly faults: FaultPlan;
  /** @returns itself, listening. @throws the listen error, such as EADDRINUSE. */
  start(): Promise<Sandbox>;
  /** Takes no more, gives answers under way `graceMs` (250 by default) to end, then closes every connection. */
  stop(graceMs?: number): Promise<void>;
}

/** The local model upstream; it does nothing before `start`. */
export function createSandbox(options: SandboxOptions = {}): Sandbox {
  const { port = 0, host = '127.0.0.1', delayMs = 0, tokensPerChunk = 2 } = options;
  const providers = PROVIDERS.map((create) => create());
  const state: SandboxState = {
    providers,
    recorder: new Recorder(),
    faults: new FaultPlan(providers.map(({ id }) => id)),
    delayMs,
    tokensPerChunk,
  };
  const server = createServer((request, response) => {
    handle(state, request, response).catch((error: unknown) => {
      if (!response.destroyed) console.error('sandbox:', error);
      response.destroy();
    });
  });
  // Longer than a client keeps an idle connection, so that the client is always the one to close it.
  server.keepAliveTimeout = 75_000;
  const address = (): AddressInfo => {
    const bound = server.address();
    if (bound === null || typeof bound === 'string') throw new Error('The sandbox is not listening');
    return bound;
  };
  const sandbox: Sandbox = {
    recorder: state.recorder,
    faults: state.faults,
    get port() {
      return address().port;
    },
    get url() {
      return `http://${host.includes(':') ? `[${host}]` : host}:${address().port}`;
    },
    start: () =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, () => {
          server.off('error', reject);
          resolve(sandbox);
        });
      }),
    stop: (graceMs = 250) => stop(server, graceMs),
  };
  return sandbox;
}

async function stop(server: Server, graceMs: number): Promise<void> {
  if (!server.listening) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}
