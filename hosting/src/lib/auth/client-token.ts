import { readError, toApiError } from '../api/errors.ts';
import type { ClientTokenAnswer } from '../api/types.ts';
import { currentUser, idToken, onSessionChange } from './session.ts';
import { type IssuedToken, TokenCache } from './token-cache.ts';

const cache = new TokenCache(issueClientToken);

onSessionChange(() => {
  if (currentUser() === null) cache.clear();
});

async function issueClientToken(): Promise<IssuedToken> {
  const response = await fetch('/api/v1/auth/client-token', {
    method: 'POST',
    headers: { authorization: `Bearer ${await idToken()}`, 'content-type': 'application/json' },
    body: '{}',
  });
  if (!response.ok) throw await readError(response);
  const { clientToken, expiresAt } = (await response.json()) as ClientTokenAnswer;
  return { token: clientToken, expiresAt: Date.parse(expiresAt) };
}

/** Has a client token at hand before it is needed; a failure shows when it is. */
export function warmClientToken(): void {
  const user = currentUser();
  if (user !== null) cache.get(user.uid).catch(() => undefined);
}

/**
 * Calls a function with a client token, once more with a new one when it answers 401. Throws ApiError for
 * everything but a 2xx; an abort is thrown as it is.
 */
export async function fetchWithClientToken(url: string, init: RequestInit): Promise<Response> {
  try {
    const owner = currentUser()?.uid ?? '';
    const first = await cache.get(owner);
    let response = await send(url, init, first);
    if (response.status === 401) {
      cache.discard(first);
      response = await send(url, init, await cache.get(owner));
    }
    if (!response.ok) throw await readError(response);
    return response;
  } catch (thrown) {
    if (init.signal?.aborted) throw thrown;
    throw toApiError(thrown);
  }
}

function send(url: string, init: RequestInit, token: string): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.set('authorization', `Bearer ${token}`);
  return fetch(url, { ...init, headers });
}
