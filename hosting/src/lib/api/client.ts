import createClient, { type Middleware } from 'openapi-fetch';
import { idToken } from '../auth/session.ts';
import { readError, toApiError } from './errors.ts';
import type { paths } from './schema.d.ts';

const withIdToken: Middleware = {
  async onRequest({ request }) {
    request.headers.set('authorization', `Bearer ${await idToken()}`);
    return request;
  },
  async onResponse({ response }) {
    if (!response.ok) throw await readError(response);
    return response;
  },
  onError({ error }) {
    return toApiError(error);
  },
};

/** The control plane, through Hosting, as the person who is signed in. Throws ApiError. */
export const api = createClient<paths>({ baseUrl: '' });
api.use(withIdToken);
