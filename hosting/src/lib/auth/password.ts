import * as z from 'zod/mini';

/** The rule for a new password, the same at sign-up, reset and change. */
export const newPassword = z
  .string()
  .check(z.minLength(8, 'Use at least 8 characters.'), z.maxLength(128, 'Use at most 128 characters.'));
