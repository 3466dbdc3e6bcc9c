import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { anthropic } from './anthropic/index.ts';
import { control } from './control.ts';
import { type Exchange, hang, sendJson, sendStream } from './delivery.ts';
import { DirectiveError } from './directives.ts';
import { type Fault, FaultError, FaultPlan, faultFromText } from './faults.ts';
import { parseJson, readBody, respondJson } from './http.ts';
import { isRecord } from './json.ts';
import { openai } from './openai/index.ts';
import {
  type JsonReply,
  type ProviderRequest,
  type Reply,
  ReplyError,
  type SandboxProvider,
} from './provider.ts';
import { Recorder } from './recorder.ts';

/** Each is one folder. A bare `/v1/…` that none of them claims is OpenAI’s, whose format is the common one. */
const PROVIDERS: readonly [SandboxProvider, ...SandboxProvider[]] = [anthropic, openai];

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
  const providers = PROVIDERS.map((provider) => provider.id);
  const state: State = {
    recorder: new Recorder(),
    faults: new FaultPlan(providers),
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

interface State {
  recorder: Recorder;
  faults: FaultPlan;
  delayMs: number;
  tokensPerChunk: number;
}

async function handle(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const startedAt = performance.now();
  const url = new URL(request.url ?? '/', 'http://sandbox');
  if (url.pathname.startsWith('/__sandbox/')) {
    return control(request, response, url.pathname, { ...state, providers: PROVIDERS.map(({ id }) => id) });
  }
  if (url.pathname === '/') return respondJson(response, 200, { name: 'Firegate sandbox upstream' });

  const controller = new AbortController();
  response.once('close', () => controller.abort());
  const { provider, path } = route(url.pathname, request);
  const upstreamRequestId = provider.newRequestId();
  const raw = await readBody(request);
  const parsed = raw === undefined ? undefined : parseJson(raw);
  const body = parsed?.ok === true ? parsed.value : parsed?.text;
  const method = request.method ?? 'GET';
  const record = state.recorder.add(
    { provider: provider.id, method, path, headers: request.headers, body: body ?? null, upstreamRequestId },
    raw?.length ?? Number.POSITIVE_INFINITY,
  );
  const call: ProviderRequest = {
    method,
    path,
    query: url.searchParams,
    headers: request.headers,
    body,
    upstreamRequestId,
  };
  const model = isRecord(body) && typeof body['model'] === 'string' ? body['model'] : undefined;
  const planned = method === 'POST' ? state.faults.take(provider.id, model) : undefined;
  const reply: Reply =
    parsed === undefined
      ? provider.failures.tooLarge(upstreamRequestId)
      : parsed.ok
        ? answerOf(provider, call, state)
        : provider.failures.unparsable(upstreamRequestId);
  const { fault, failed } = chooseFault(provider, call, planned, reply);
  record.fault = fault?.kind ?? null;

  const exchange: Exchange = {
    response,
    record,
    signal: controller.signal,
    headers: provider.headers(upstreamRequestId, performance.now() - startedAt),
    fault,
    delayMs: reply.delivery?.delayMs ?? (reply.kind === 'stream' ? state.delayMs : 0),
    malformed: () => provider.failures.malformedEvent(call),
    errorEvent: () => provider.failures.errorEvent(call),
  };
  try {
    await deliver(exchange, failed ?? reply);
    if (record.outcome === 'pending') record.outcome = 'completed';
  } catch (error) {
    if (!controller.signal.aborted) throw error;
  }
  if (record.outcome !== 'cut' && controller.signal.aborted && !response.writableFinished) {
    record.outcome = 'client_disconnected';
  }
}

async function deliver(exchange: Exchange, reply: Reply): Promise<void> {
  if (
    exchange.fault?.kind === 'hang' &&
    (reply.kind === 'json' || exchange.fault.afterEvents === undefined)
  ) {
    return hang(exchange);
  }
  return reply.kind === 'json' ? sendJson(exchange, reply) : sendStream(exchange, reply);
}

function answerOf(provider: SandboxProvider, call: ProviderRequest, state: State): Reply {
  try {
    return provider.respond(call, state);
  } catch (error) {
    if (error instanceof ReplyError) return error.reply;
    if (error instanceof DirectiveError) {
      return provider.failures.invalid(call.upstreamRequestId, `Sandbox directive: ${error.message}`);
    }
    throw error;
  }
}

/** A planned fault goes before the prompt's own; some of them are an answer of their own. */
function chooseFault(
  provider: SandboxProvider,
  call: ProviderRequest,
  planned: Fault | undefined,
  reply: Reply,
): { fault?: Fault; failed?: JsonReply } {
  let fault = planned;
  try {
    if (fault === undefined && reply.delivery?.fault) fault = faultFromText(reply.delivery.fault);
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    return {
      failed: provider.failures.invalid(call.upstreamRequestId, `Sandbox directive: ${error.message}`),
    };
  }
  if (fault === undefined) return {};
  const failed = failureOf(provider, call, fault, reply);
  return failed === undefined ? { fault } : { fault, failed };
}

function failureOf(
  provider: SandboxProvider,
  { upstreamRequestId }: ProviderRequest,
  fault: Fault,
  reply: Reply,
): JsonReply | undefined {
  switch (fault.kind) {
    case 'rate_limit':
      return provider.failures.rateLimited(upstreamRequestId, fault.retryAfterSeconds);
    case 'server_error':
      return provider.failures.serverError(upstreamRequestId);
    case 'overloaded':
      return provider.failures.overloaded(upstreamRequestId);
    case 'status':
      return { kind: 'json', status: fault.status, body: fault.body ?? {} };
    case 'error_event':
      return reply.kind === 'json' ? provider.failures.serverError(upstreamRequestId) : undefined;
    default:
      return undefined;
  }
}

/** `/openai/v1/…` names the provider; a bare `/v1/…` tells it by its path and headers. */
function route(pathname: string, request: IncomingMessage): { provider: SandboxProvider; path: string } {
  const [, first = ''] = pathname.split('/', 2);
  const named = PROVIDERS.find((provider) => provider.id === first);
  if (named !== undefined) return { provider: named, path: pathname.slice(first.length + 1) || '/' };
  const claiming = PROVIDERS.find((provider) => provider.claims(pathname, request.headers));
  return { provider: claiming ?? openai, path: pathname };
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
