import type { CallContext, ProviderConnection } from './contract.ts';
import { directFetch } from './direct-fetch.ts';

/**
 * What both official SDKs are told. Retries are the pipeline's, and so is the deadline, which comes as the
 * signal of each call: the SDKs' own timer is set as far away as a timer goes. They log nothing: at their debug
 * level they print bodies, and on a broken stream their error level prints what the model wrote.
 */
export const SDK_DEFAULTS = {
  maxRetries: 0,
  timeout: 2 ** 31 - 1,
  logLevel: 'off',
  fetch: directFetch,
} as const;

/** The options of one call. */
export function callOptions({ requestId, signal }: CallContext) {
  return { signal, headers: { 'X-Request-Id': requestId } };
}

/** Both SDKs insist on a key; the sandbox and some self-hosted upstreams take any. */
export function sdkApiKey({ apiKey, sandbox }: ProviderConnection): string {
  return apiKey.trim() || (sandbox ? 'sandbox' : 'none');
}
