import { z } from 'zod';
import { GatewayError } from './errors.ts';

/**
 * Where a page ends: the last item's sort key and id. Opaque to callers, who must not build one.
 *
 * `at` is a Firestore timestamp as [seconds, nanoseconds], whole, so that no item is skipped or shown twice.
 */
export interface Cursor {
  at: [seconds: number, nanoseconds: number];
  id: string;
}

/** What Firestore takes, so that a cursor that somebody made up is refused here: 0001-01-01 to 9999-12-31. */
const seconds = z.int().min(-62_135_596_800).max(253_402_300_799);
const documentId = z
  .string()
  .max(200)
  .regex(/^[^/]+$/)
  .refine((id) => !/^(\.\.?|__.*__)$/s.test(id));
const cursorSchema = z.tuple([seconds, z.int().min(0).max(999_999_999), documentId]);

export function encodeCursor({ at, id }: Cursor): string {
  return Buffer.from(JSON.stringify([...at, id])).toString('base64url');
}

/** @throws GatewayError `invalid_request` for anything that `encodeCursor` did not make. */
export function decodeCursor(text: string): Cursor {
  try {
    const [at, nanoseconds, id] = cursorSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
    return { at: [at, nanoseconds], id };
  } catch (cause) {
    throw new GatewayError('invalid_request', 'cursor: not one that this route answered.', { cause });
  }
}
