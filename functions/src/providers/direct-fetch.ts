/**
 * The `fetch` of calls to providers. A redirection is an error: a model's API sends none, and the key would go along
 * wherever it leads. That, and no window to ask for a password in, also spares Node's `fetch` a copy of each request
 * and of its body (https://fetch.spec.whatwg.org/#http-network-or-cache-fetch, step 2).
 */
export const directFetch: typeof fetch = (input, init) =>
  fetch(input, { redirect: 'error', window: null, ...init });
