import type { Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { createMiddleware } from 'hono/factory';
import { GatewayError } from '../../domain/errors.ts';
import type { AppEnv } from '../env.ts';

export const MIB = 1024 * 1024;
export const BODY_LIMIT = { default: MIB, generate: 25 * MIB } as const;

/**
 * RequestValidationMiddleware, first half: what must hold before a schema can look at the body. The schemas of the
 * routes are the second half (http/validation-error.ts).
 *
 * @throws GatewayError 413 over the limit, 415 not JSON or encoded, 400 no body or malformed JSON.
 */
export const jsonBody = (maxBytes: number = BODY_LIMIT.default) => jsonBytes<AppEnv>(maxBytes, parse);

/**
 * The same without the parsing.
 *
 * @param read takes the body, once; while a body of unknown size is read, it may turn out to be too large
 */
export const jsonBytes = <E extends AppEnv>(maxBytes: number, read: (c: Context<E>) => Promise<void>) => {
  const limit = bodyLimit({
    maxSize: maxBytes,
    onError: () => {
      throw tooLarge(maxBytes);
    },
  });
  return createMiddleware<E>(async (c, next) => {
    const mediaType = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase();
    if (mediaType !== 'application/json') {
      throw new GatewayError(
        'unsupported_media_type',
        `The body must be application/json, not ${mediaType ?? 'of no content type'}.`,
      );
    }
    const encoding = c.req.header('content-encoding')?.toLowerCase() ?? 'identity';
    if (encoding !== 'identity') {
      throw new GatewayError(
        'unsupported_media_type',
        `The body’s content encoding ${encoding} is not supported.`,
      );
    }
    // A body sent in chunks shows its size only while it is read; asking for its stream is the slow way in.
    const length = c.req.header('transfer-encoding')
      ? undefined
      : Number(c.req.header('content-length') ?? 0);
    if (length === undefined) await limit(c, async () => read(c));
    else if (length > maxBytes) throw tooLarge(maxBytes);
    else await read(c);
    await next();
  });
};

async function parse(c: Context): Promise<void> {
  let body: unknown;
  try {
    body = await c.req.json();
  } catch (cause) {
    throw cause instanceof SyntaxError
      ? new GatewayError('invalid_request', 'The body is not valid JSON.')
      : cause;
  }
  assertCarriable(body);
}

/** What follows takes bodies apart by recursion; schemas of tools are a few dozen levels deep. */
const MOST_LEVELS = 500;

/**
 * Refuses what parses as JSON and yet goes nowhere: half a surrogate pair, which an escape can leave (RFC 7493) and which
 * no database and no provider takes, and nesting that only an attack has.
 *
 * @throws GatewayError 400
 */
function assertCarriable(body: unknown): void {
  let level = [body];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MOST_LEVELS) {
      throw new GatewayError('invalid_request', `The body is nested more than ${MOST_LEVELS} levels deep.`);
    }
    const next: unknown[] = [];
    for (const value of level) {
      if (typeof value === 'string') assertUnicode(value);
      if (typeof value !== 'object' || value === null) continue;
      for (const [name, part] of Object.entries(value)) {
        assertUnicode(name);
        if (typeof part === 'string') assertUnicode(part);
        else if (typeof part === 'object') next.push(part);
      }
    }
    level = next;
  }
}

function assertUnicode(text: string): void {
  if (text.isWellFormed()) return;
  throw new GatewayError(
    'invalid_request',
    'The body has text that is not Unicode: half of a surrogate pair.',
  );
}

function tooLarge(maxBytes: number): GatewayError {
  return new GatewayError('payload_too_large', `The body is larger than ${maxBytes / MIB} MiB.`);
}
