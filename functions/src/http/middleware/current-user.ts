import { createMiddleware } from 'hono/factory';
import { GatewayError } from '../../domain/errors.ts';
import type {
  AccessTokenPrincipal,
  ApiKeyPrincipal,
  ClientTokenPrincipal,
  Principal,
} from '../../domain/principal.ts';
import { assertAccess } from '../../services/access.ts';
import { assertKeyAccess } from '../../services/api-keys/assert-key-access.ts';
import { ensureUser } from '../../services/ensure-user.ts';
import { type UserDocument, userRef } from '../../store/users.ts';
import type { AppEnv } from '../env.ts';

type User = AppEnv & { Variables: { user: UserDocument } };

/**
 * For routes without admission: reads the user's document (made on first sight) and refuses a user who is
 * disabled or has signed out since. Where a request is admitted, the ledger does that without a read.
 */
export const currentUser = () =>
  createMiddleware<User & { Variables: { principal: AccessTokenPrincipal } }>(async (c, next) => {
    const principal = c.get('principal');
    const user = await ensureUser(c.get('store'), principal);
    assertAccess(user, principal.authTime);
    c.set('user', user);
    await next();
  });

/** The same where a route takes API keys too: of those the key's document is read as well. */
export const currentUserOrKey = () => {
  const ofPerson = currentUser();
  return createMiddleware<User & { Variables: { principal: AccessTokenPrincipal | ApiKeyPrincipal } }>(
    async (c, next) => {
      const principal = c.get('principal');
      if (principal.kind === 'accessToken') return ofPerson(c as Parameters<typeof ofPerson>[0], next);
      const store = c.get('store');
      const [, found] = await Promise.all([
        assertKeyAccess(store, principal),
        store.get(userRef(store.firestore, principal.uid)),
      ]);
      if (!found) throw new GatewayError('unauthenticated', 'This account does not exist any more.');
      if (!found.data.isActive) throw new GatewayError('unauthenticated', 'This account is disabled.');
      c.set('user', found.data);
      await next();
      return undefined;
    },
  );
};

/** Users whom this instance has seen; bounded. */
export type SeenUsers = Set<string>;
const MOST_SEEN = 10_000;

/**
 * For routes with admission: makes the user's document on first sight, and leaves whether the user may come in to
 * the ledger. One read per user and instance.
 */
export const knownUser = (seen: SeenUsers) =>
  createMiddleware<AppEnv & { Variables: { principal: Principal } }>(async (c, next) => {
    const principal = c.get('principal');
    // The owner of a key, or of a client token, was seen when it was made.
    if (principal.kind === 'accessToken' && !seen.has(principal.uid)) {
      await ensureUser(c.get('store'), principal);
      if (seen.size >= MOST_SEEN) seen.clear();
      seen.add(principal.uid);
    }
    await next();
  });

/** The same as currentUser for a client token, whose user was seen when it was issued. */
export const clientTokenUser = () =>
  createMiddleware<User & { Variables: { principal: ClientTokenPrincipal } }>(async (c, next) => {
    const { uid, authTime } = c.get('principal');
    const store = c.get('store');
    const found = await store.get(userRef(store.firestore, uid));
    if (!found) throw new GatewayError('unauthenticated', 'This account does not exist any more.');
    assertAccess(found.data, authTime);
    c.set('user', found.data);
    await next();
  });

/** Demands the custom claim `admin`; behind `authenticate(…, 'accessToken')`. */
export const requireAdmin = () =>
  createMiddleware<AppEnv & { Variables: { principal: AccessTokenPrincipal } }>(async (c, next) => {
    if (!c.get('principal').admin) throw new GatewayError('forbidden', 'This route is for administrators.');
    await next();
  });
