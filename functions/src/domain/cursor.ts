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

const cursorSchema = z.tuple([z.int(), z.int().min(0).max(999_999_999), z.string().min(1).max(200)]);

export function encodeCursor({ at, id }: Cursor): string {
  return Buffer.from(JSON.stringify([...at, id])).toString('base64url');
}

/** @throws GatewayError `invalid_request` for anything that `encodeCursor` did not make. */
export function decodeCursor(text: string): Cursor {
  try {
    const [seconds, nanoseconds, id] = cursorSchema.parse(
      JSON.parse(Buffer.from(text, 'base64url').toString()),
    );
    return { at: [seconds, nanoseconds], id };
  } catch (cause) {
    throw new GatewayError('invalid_request', 'cursor: not one that this route answered.', { cause });
  }
}
