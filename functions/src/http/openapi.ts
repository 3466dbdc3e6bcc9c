import { OpenAPIHono, z } from '@hono/zod-openapi';
import { ERRORS, type ErrorCode } from '../domain/errors.ts';
import type { AppEnv } from './env.ts';
import { onInvalid } from './errors.ts';
import type { Accepted } from './middleware/authenticate.ts';

export type App = OpenAPIHono<AppEnv>;

export const newApp = (): App => new OpenAPIHono<AppEnv>({ defaultHook: onInvalid });

const errorSchema = z
  .object({
    error: z.object({
      code: z.enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]),
      message: z.string(),
      requestId: z.string(),
      details: z.unknown().optional(),
    }),
  })
  .openapi('Error');

/** A JSON request body that must be there; `jsonBody()` has parsed it before the schema looks at it. */
export const body = <T extends z.ZodType>(schema: T) => ({
  content: { 'application/json': { schema } },
  required: true as const,
});

export const answer = <T extends z.ZodType>(schema: T, description: string) => ({
  description,
  content: { 'application/json': { schema } },
});

/**
 * The errors a route can answer with. What any route can answer needs no mention: `internal`, `not_found` for an
 * unknown path, and `unavailable` where the database or the identity service can't be reached.
 */
export const errors = (...codes: ErrorCode[]) =>
  Object.fromEntries(
    codes.map((code) => [
      ERRORS[code].status,
      {
        description: `\`${code}\`: ${ERRORS[code].message}`,
        content: { 'application/json': { schema: errorSchema } },
      },
    ]),
  );

/** What a route's OpenAPI says of the credentials it takes; the auth matrix test holds it to it. */
export const accepts = (...accepted: Accepted[]): { [kind: string]: string[] }[] =>
  accepted.map((each) => {
    const [kind = '', scope] = each.split(/:(.*)/s);
    return { [kind]: scope ? [scope] : [] };
  });
export const admin = [{ accessToken: ['admin'] }];
