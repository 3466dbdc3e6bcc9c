import * as z from 'zod/mini';
import { newPassword } from '#lib/auth/password.ts';

const email = z.string().check(z.trim(), z.email('Enter an email address, like name@example.com.'));

export const signInSchema = z.object({
  email,
  password: z.string().check(z.minLength(1, 'Enter your password.')),
});

export const signUpSchema = z.object({
  displayName: z.string().check(z.trim(), z.maxLength(80, 'Use at most 80 characters.')),
  email,
  password: newPassword,
});

export const resetRequestSchema = z.object({ email });
export const resetConfirmSchema = z.object({ password: newPassword });
export const emulatedGoogleSchema = z.object({ email, displayName: signUpSchema.shape.displayName });
