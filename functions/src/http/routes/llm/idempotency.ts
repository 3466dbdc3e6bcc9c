import { createHash } from 'node:crypto';
import { z } from '@hono/zod-openapi';

/** draft-ietf-httpapi-idempotency-key-header: any visible text; ours may have no spaces, and 255 characters at most. */
export const idempotencyHeader = z.object({
  'idempotency-key': z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/, 'Must be 1 to 255 visible ASCII characters.')
    .optional()
    .openapi({
      description:
        'Runs the request once, however often it is sent with this key within 24 hours, and keeps its answer for that long; sending it is consent to that. Each user and each API key has keys of their own.',
    }),
});

/**
 * @param request everything that makes it this request and not another
 * @returns undefined where no key was sent
 */
export function idempotencyOf(
  key: string | undefined,
  request: unknown,
): { key: string; bodyHash: string } | undefined {
  if (key === undefined) return undefined;
  return { key, bodyHash: createHash('sha256').update(JSON.stringify(request)).digest('base64url') };
}
