import { UpstreamError } from '../contract.ts';
import { refusalOf } from '../keep-refusals.ts';
import { type ErrorKinds, eventError, interruption, kindOfStatus, refusalError } from '../upstream-error.ts';
import { objectIn, optionalArray, optionalObject, type WireObject } from '../wire.ts';

const ID = 'gemini';

/**
 * Source: https://ai.google.dev/gemini-api/docs/troubleshooting and google.rpc.Code. A key that is not valid and
 * billing that is not set up are a 400 there, and the account's own.
 */
const KINDS: ErrorKinds = {
  codes: { API_KEY_INVALID: 'unauthenticated', FAILED_PRECONDITION: 'unauthenticated' },
  types: {},
};

/** What Google's refusal amounts to: `{error: {code, message, status, details}}`. */
export function geminiRefusal(response: Response, body: Uint8Array): UpstreamError {
  const { status, details } = errorIn(body) ?? {};
  const reason = detailOf(details, 'ErrorInfo')?.['reason'];
  const codes = [reason, status].filter((code) => typeof code === 'string' && code in KINDS.codes);
  const told = { error: { type: status, ...(codes.length > 0 && { code: codes[0] }) } };
  return refusalError(response, Buffer.from(JSON.stringify(told)), {
    provider: ID,
    kinds: KINDS,
    requestIdHeader: 'x-request-id',
  });
}

/** What its event amounts to by which a stream fails: `{error: {code, message, status}}`, the code a status. */
export const geminiFailure = (data: string): UpstreamError =>
  eventError(data, { provider: ID, kinds: KINDS });

/**
 * A refusal whose headers say when to come back, as Google's details do (google.rpc.RetryInfo), and HTTP clients
 * read it.
 */
export async function tellRetry(response: Response): Promise<Response> {
  // A refusal whose body is lost is a refusal still.
  const body = new Uint8Array(await response.arrayBuffer().catch(() => new ArrayBuffer(0)));
  const headers = new Headers(response.headers);
  const delay = detailOf(errorIn(body)?.['details'], 'RetryInfo')?.['retryDelay'];
  const [, seconds] = /^(\d+(?:\.\d+)?)s$/.exec(`${delay}`) ?? [];
  if (seconds !== undefined) headers.set('retry-after', `${Math.ceil(Number(seconds))}`);
  return new Response(body, { status: response.status, headers });
}

/** An SDK's error in the middle of a stream, whose event said so. */
type ApiErrorClass = abstract new (...args: never[]) => Error & { status: number };

/** What was thrown during a call, as an UpstreamError; a fault of ours comes back as it is. */
export async function toGeminiError(
  thrown: unknown,
  signal: AbortSignal,
  ApiError: ApiErrorClass,
): Promise<unknown> {
  const refused = signal.aborted ? undefined : refusalOf(thrown);
  if (refused) return geminiRefusal(refused, new Uint8Array(await refused.arrayBuffer()));
  if (signal.aborted || thrown instanceof UpstreamError) return interruption(thrown, ID, signal);
  // Without the status: the answer had begun, so that it may be billed.
  if (thrown instanceof ApiError) {
    return new UpstreamError(kindOfStatus(thrown.status), `${ID} answered an error event ${thrown.status}`);
  }
  if (thrown instanceof SyntaxError) {
    return new UpstreamError('malformed', `${ID} sent something that is not JSON`);
  }
  return interruption(thrown, ID, signal);
}

function errorIn(body: Uint8Array): WireObject | undefined {
  return optionalObject(objectIn(Buffer.from(body).toString('utf8'))?.['error']);
}

/** The detail of a type, as `type.googleapis.com/google.rpc.RetryInfo`. */
function detailOf(details: unknown, type: string): WireObject | undefined {
  return optionalArray(details)
    .map(optionalObject)
    .find((detail) => `${detail?.['@type']}`.endsWith(`.${type}`));
}
