import type { IncomingMessage, ServerResponse } from 'node:http';
import { control } from './control.ts';
import { type Exchange, hang, sendJson, sendStream } from './delivery.ts';
import { DirectiveError } from './directives.ts';
import { type Fault, FaultError, faultFromText } from './faults.ts';
import { type Parsed, parseJson, readBody, respondJson } from './http.ts';
import { isRecord } from './json.ts';
import { isForm, parseForm } from './multipart.ts';
import {
  type JsonReply,
  type ProviderRequest,
  type Reply,
  ReplyError,
  type SandboxProvider,
} from './provider.ts';
import type { SandboxState } from './state.ts';

/** Answers one request, whatever it is: the sandbox's own routes, or a provider's. */
export async function handle(
  state: SandboxState,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const startedAt = performance.now();
  const url = new URL(request.url ?? '/', 'http://sandbox');
  if (url.pathname.startsWith('/__sandbox/')) {
    return control(request, response, url.pathname, state);
  }
  if (url.pathname === '/') return respondJson(response, 200, { name: 'Firegate sandbox upstream' });

  const controller = new AbortController();
  response.once('close', () => controller.abort());
  const { provider, path } = route(state.providers, url.pathname, request);
  const upstreamRequestId = provider.newRequestId();
  const { bytes, content } = await readBody(request);
  const parsed = content === undefined ? undefined : await parse(content, request.headers['content-type']);
  const body = parsed?.ok === true ? parsed.value : parsed?.text;
  const method = request.method ?? 'GET';
  const record = state.recorder.add(
    {
      provider: provider.id,
      method,
      path,
      headers: request.headers,
      body: body ?? null,
      text:
        content === undefined || bytes === 0 || isForm(request.headers['content-type'])
          ? null
          : content.toString('utf8'),
      upstreamRequestId,
    },
    bytes,
  );
  const call: ProviderRequest = {
    method,
    path,
    query: url.searchParams,
    headers: request.headers,
    body,
    upstreamRequestId,
  };
  const named = isRecord(body) && typeof body['model'] === 'string' ? body['model'] : undefined;
  const model = provider.modelOf?.(call) ?? named;
  const planned = method === 'POST' ? state.faults.take(provider.id, model) : undefined;
  const reply: Reply =
    parsed === undefined
      ? provider.failures.tooLarge(upstreamRequestId)
      : parsed.ok
        ? await answerOf(provider, call, state)
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
    errorEvent: (sent) => provider.failures.errorEvent(call, sent),
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

async function parse(content: Buffer, contentType: string | undefined): Promise<Parsed> {
  if (!isForm(contentType)) return parseJson(content);
  return parseForm(content, contentType).then(
    (value) => ({ ok: true, value }),
    () => ({ ok: false, text: '' }),
  );
}

async function answerOf(
  provider: SandboxProvider,
  call: ProviderRequest,
  state: SandboxState,
): Promise<Reply> {
  try {
    return await provider.respond(call, state);
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
function route(
  providers: readonly SandboxProvider[],
  pathname: string,
  { headers }: IncomingMessage,
): { provider: SandboxProvider; path: string } {
  const [, first = ''] = pathname.split('/', 2);
  const named = providers.find(({ id }) => id === first);
  if (named !== undefined) return { provider: named, path: pathname.slice(first.length + 1) || '/' };
  const provider = providers.find((each) => each.claims(pathname, headers)) ?? providers.at(-1);
  if (provider === undefined) throw new Error('The sandbox has no provider');
  return { provider, path: pathname };
}
