import type { OpenAI } from 'openai';
import type { ProviderConnection } from '../contract.ts';
import { keepRefusals } from '../keep-refusals.ts';
import { lazy } from '../lazy.ts';
import { haveFetchWait } from '../patience.ts';
import { SDK_DEFAULTS, sdkApiKey } from '../sdk-options.ts';
import type { SdkErrors } from '../upstream-error.ts';

export interface OpenAiSdk {
  client: OpenAI;
  /** The same, but that it throws what the provider refused untouched; see `keepRefusals`. */
  raw: OpenAI;
  errors: SdkErrors;
}

/** The official SDK, loaded on the first call, and the one client that all calls share. */
export function openAiSdk(
  connection: ProviderConnection,
  { name, baseUrl: own, keyHeader }: { name: string; baseUrl: string | undefined; keyHeader?: string },
): () => Promise<OpenAiSdk> {
  return lazy(async () => {
    const baseURL = connection.baseUrl ?? own;
    // Left to itself, the SDK would send the key to OpenAI.
    if (baseURL === undefined) throw new Error(`${name} has no base URL`);
    const [sdk] = await Promise.all([import('openai'), haveFetchWait(connection.longestCallMs ?? 0)]);
    const apiKey = sdkApiKey(connection);
    const client = new sdk.OpenAI({
      ...SDK_DEFAULTS,
      apiKey,
      baseURL,
      ...(keyHeader !== undefined && { defaultHeaders: { [keyHeader]: apiKey, Authorization: null } }),
    });
    return { client, raw: client.withOptions({ fetch: keepRefusals }), errors: sdk };
  });
}
