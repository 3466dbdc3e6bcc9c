import type { Anthropic } from '@anthropic-ai/sdk';
import type { ProviderConnection } from '../contract.ts';
import { keepRefusals } from '../keep-refusals.ts';
import { lazy } from '../lazy.ts';
import { haveFetchWait } from '../patience.ts';
import { SDK_DEFAULTS, sdkApiKey } from '../sdk-options.ts';
import type { SdkErrors } from '../upstream-error.ts';

export interface AnthropicSdk {
  client: Anthropic;
  /** The same, but that it throws what the provider refused untouched; see `keepRefusals`. */
  raw: Anthropic;
  errors: SdkErrors;
}

const BASE_URL = 'https://api.anthropic.com';

/** The official SDK, loaded on the first call, and the one client that all calls share. */
export function anthropicSdk(connection: ProviderConnection): () => Promise<AnthropicSdk> {
  return lazy(async () => {
    const [sdk] = await Promise.all([
      import('@anthropic-ai/sdk'),
      haveFetchWait(connection.longestCallMs ?? 0),
    ]);
    const client = new sdk.Anthropic({
      ...SDK_DEFAULTS,
      apiKey: sdkApiKey(connection),
      baseURL: connection.baseUrl ?? BASE_URL,
      // Its spans would carry prompts.
      openTelemetry: false,
    });
    return { client, raw: client.withOptions({ fetch: keepRefusals }), errors: sdk };
  });
}
