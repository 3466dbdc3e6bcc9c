import { z } from '@hono/zod-openapi';
import type { OpenedSession } from '../services/auth/open-session.ts';
import type { UserDocument } from '../store/users.ts';

// Identity Toolkit's own limits: 256 characters an address, 4096 bytes a password. The least length is NIST SP 800-63B's.
export const emailSchema = z.email().max(256).toLowerCase().openapi({ example: 'ada@example.com' });
export const passwordSchema = z
  .string()
  .min(8)
  .max(1024)
  .openapi({ example: 'correct horse battery staple' });
/** What every list takes. */
export const pageFields = {
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(500).optional().openapi({ description: '`nextCursor` of the page before.' }),
};
export const pageQuery = z.strictObject(pageFields);

/** Money as it goes in and out: a decimal string. */
export const usdSchema = z
  .string()
  .regex(/^\d{1,9}(\.\d{1,9})?$/, 'Must be an amount such as "5.00".')
  // What the ledger can sum exactly.
  .refine((usd) => Number(usd) <= 9_000_000, 'Must be 9,000,000 at most.')
  .openapi({ example: '5.00' });

export const oobCodeSchema = z.string().min(1).max(1024).openapi({ description: 'The code from the mail.' });

export const userSchema = z
  .object({
    id: z.string(),
    email: z.string().nullable(),
    displayName: z.string().nullable(),
    tier: z.enum(['free', 'pro', 'team']),
    isActive: z.boolean(),
    isVerified: z.boolean(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .openapi('User');

export const sessionSchema = z
  .object({
    accessToken: z.string().openapi({ description: 'A Firebase ID token.' }),
    refreshToken: z.string(),
    expiresIn: z.int().openapi({ description: 'Seconds.' }),
    user: userSchema,
  })
  .openapi('Session');

/** A user as the API shows it. */
export function toUser(uid: string, user: UserDocument): z.infer<typeof userSchema> {
  const { email, displayName, tier, isActive, isVerified } = user;
  return {
    id: uid,
    email,
    displayName,
    tier,
    isActive,
    isVerified,
    createdAt: user.createdAt.toDate().toISOString(),
    updatedAt: user.updatedAt.toDate().toISOString(),
  };
}

export function toSession(session: OpenedSession): z.infer<typeof sessionSchema> {
  const { uid, accessToken, refreshToken, expiresIn, user } = session;
  return { accessToken, refreshToken, expiresIn, user: toUser(uid, user) };
}
