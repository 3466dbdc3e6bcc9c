import type { AttemptLimit } from '../../domain/attempts.ts';

const MINUTE = 60;

/** Attempts that need no credential, by client IP: above Identity Toolkit's own 100 sign-ups an hour only in bursts. */
export const BY_IP: AttemptLimit = { name: 'auth-attempts-per-ip', max: 300, windowSeconds: 10 * MINUTE };

/** By address (or uid): wrong passwords, and mails sent to one mailbox. */
export const PASSWORD_BY_ADDRESS: AttemptLimit = {
  name: 'password-attempts',
  max: 10,
  windowSeconds: 15 * MINUTE,
};
export const MAIL_BY_ADDRESS: AttemptLimit = { name: 'mails', max: 5, windowSeconds: 60 * MINUTE };
