import { type CallContext, UpstreamError, type UpstreamErrorKind } from './contract.ts';
import { retryAfterSeconds } from './retry-after.ts';
import { objectIn, optionalObject } from './wire.ts';

/** What both SDKs' API errors have in common. */
interface SdkApiError {
  status: number | undefined;
  headers: Headers | undefined;
  requestID: string | null | undefined;
  type?: unknown;
  code?: unknown;
  param?: unknown;
}

type ErrorClass<T> = abstract new (...args: never[]) => T;

/** The error classes of an SDK; both are generated alike. */
export interface SdkErrors {
  APIError: ErrorClass<SdkApiError & Error>;
  APIConnectionError: ErrorClass<Error>;
  APIConnectionTimeoutError: ErrorClass<Error>;
}

export interface FailedCall {
  provider: string;
  sdk: SdkErrors;
  signal: AbortSignal;
  kinds: ErrorKinds;
}

/** A provider's own names for its errors. */
export interface ErrorKinds {
  /** By `code`: they say more than the status and count before it. */
  codes: Readonly<Record<string, UpstreamErrorKind>>;
  /** By `type`: they count where there is no status, in the middle of a stream. */
  types: Readonly<Record<string, UpstreamErrorKind>>;
}

/** Before a call: nothing is sent for somebody who no longer wants it. */
export function assertWanted({ signal }: CallContext, provider: string): void {
  if (signal.aborted) {
    throw new UpstreamError('aborted', `${provider}: aborted before the call`, { sent: false });
  }
}

/**
 * What was thrown during a call, as an UpstreamError. Only what an SDK, the network or our converters throw is
 * one; anything else is a fault of ours and comes back as it is.
 */
export function toUpstreamError(thrown: unknown, call: FailedCall): unknown {
  const { provider, sdk, signal } = call;
  if (signal.aborted || thrown instanceof UpstreamError) return interruption(thrown, provider, signal);
  // The SDK says no more than that it took too long: to connect, or for the headers.
  if (thrown instanceof sdk.APIConnectionTimeoutError) {
    return new UpstreamError('timeout', `${provider} did not answer`);
  }
  if (thrown instanceof sdk.APIConnectionError) return connectionError(thrown, provider);
  if (thrown instanceof sdk.APIError) return apiError(thrown, call);
  if (thrown instanceof SyntaxError) {
    return new UpstreamError('malformed', `${provider} sent something that is not JSON`);
  }
  return interruption(thrown, provider, signal);
}

/** What was thrown while an answer was read that no SDK reads, likewise. */
export function interruption(thrown: unknown, provider: string, signal: AbortSignal): unknown {
  // What never left is known to cost nothing.
  const isUnsent = thrown instanceof UpstreamError && !thrown.sent;
  if (signal.aborted && !isUnsent) return new UpstreamError('aborted', `${provider}: the call was aborted`);
  // How undici ends a body that was cut: TypeError "terminated", its cause a network error with a code.
  return thrown instanceof TypeError && networkCode(thrown) !== undefined
    ? connectionError(thrown, provider)
    : thrown;
}

/**
 * A provider's refusal that no SDK has read, by its status and the codes in its body.
 *
 * @param body as it came; both formats have the codes in an object `error`
 */
export function refusalError(
  { status, headers }: Response,
  body: Uint8Array,
  call: Pick<FailedCall, 'provider' | 'kinds'> & { requestIdHeader: string },
): UpstreamError {
  const { type, code, param } = optionalObject(objectIn(Buffer.from(body).toString('utf8'))?.['error']) ?? {};
  const requestID = headers.get(call.requestIdHeader);
  return apiError({ status, headers, requestID, type, code, param }, call);
}

/** What an event amounts to that says in a provider's format that its stream has failed. */
export function eventError(data: string, call: Pick<FailedCall, 'provider' | 'kinds'>): UpstreamError {
  const event = objectIn(data) ?? {};
  // A failed response of OpenAI's has it inside; its other errors, and vLLM's, have no object around them.
  const inside = event['error'] ?? optionalObject(event['response'])?.['error'];
  const { type, code, param } = optionalObject(inside) ?? event;
  return apiError({ status: undefined, headers: undefined, requestID: undefined, type, code, param }, call);
}

function apiError(
  error: SdkApiError,
  { provider, kinds }: Pick<FailedCall, 'provider' | 'kinds'>,
): UpstreamError {
  const [code, type, param] = [error.code, error.type, error.param].map(safeCode);
  const kind =
    lookUp(kinds.codes, code) ??
    (error.status === undefined
      ? (lookUp(kinds.types, type) ?? kindOfCode(error.code))
      : kindOfStatus(error.status)) ??
    'server_error';
  const what = [error.status ?? 'an error event', type, code, param && `param=${param}`];
  return new UpstreamError(kind, `${provider} answered ${what.filter(Boolean).join(' ')}`, {
    status: error.status,
    retryAfterSeconds: retryAfterSeconds(error.headers),
    upstreamRequestId: error.requestID ?? undefined,
  });
}

/** Some (OpenRouter, vLLM, Google) write the status as the code. */
function kindOfCode(code: unknown): UpstreamErrorKind | undefined {
  return typeof code === 'number' && code >= 400 && code < 600 ? kindOfStatus(code) : undefined;
}

function lookUp(table: Readonly<Record<string, UpstreamErrorKind>>, name: string | undefined) {
  return name !== undefined && Object.hasOwn(table, name) ? table[name] : undefined;
}

export function kindOfStatus(status: number): UpstreamErrorKind {
  if (status === 401 || status === 402 || status === 403) return 'unauthenticated';
  if (status === 404) return 'not_found';
  if (status === 408 || status === 504) return 'timeout';
  if (status === 429) return 'rate_limited';
  if (status === 503 || status === 529) return 'overloaded';
  return status >= 500 ? 'server_error' : 'invalid_request';
}

/** Failures before a connection stood. */
const UNREACHABLE = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

function connectionError(error: Error, provider: string): UpstreamError {
  const code = networkCode(error);
  if (code === 'UND_ERR_BODY_TIMEOUT') {
    return new UpstreamError('timeout', `${provider} stopped in the middle of its answer`);
  }
  const sent = code === undefined || !UNREACHABLE.has(code);
  return new UpstreamError('connection', `${provider}: the connection failed (${code ?? 'no code'})`, {
    sent,
  });
}

/** The code of the network error at the end of the causes: ECONNREFUSED, UND_ERR_SOCKET, … */
function networkCode(error: Error): string | undefined {
  for (let cause = error.cause; cause instanceof Error; cause = cause.cause) {
    const code = safeCode('code' in cause ? cause.code : undefined);
    if (code !== undefined) return code;
  }
  return undefined;
}

/** Codes and field paths are kept, sentences are not. */
function safeCode(value: unknown): string | undefined {
  return typeof value === 'string' && /^[\w.[\]-]{1,80}$/.test(value) ? value : undefined;
}
