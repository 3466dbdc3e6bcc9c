import * as z from 'zod/mini';
import { readError, toApiError } from './api/errors.ts';

const clientConfig = z.object({
  projectId: z.string(),
  apiKey: z.string(),
  authDomain: z.string(),
  /** Where the functions answer directly: `<base>/<function name>`. Hosting would buffer a stream. */
  functionsBaseUrl: z.string(),
  /** Set where Firebase Authentication is the local emulator. */
  authEmulatorUrl: z.optional(z.string()),
  /** Whether at least one provider is the local sandbox. */
  sandbox: z.boolean(),
});

export type ClientConfig = z.infer<typeof clientConfig>;

let loading: Promise<ClientConfig> | undefined;

/**
 * The one source of addresses and ids; the build knows none of them. Fetched once; a failure is thrown as
 * ApiError and the next call tries again.
 */
export function loadConfig(): Promise<ClientConfig> {
  loading ??= fetchConfig().catch((thrown: unknown) => {
    loading = undefined;
    throw toApiError(thrown);
  });
  return loading;
}

async function fetchConfig(): Promise<ClientConfig> {
  const response = await fetch('/api/v1/client-config');
  if (!response.ok) throw await readError(response);
  return clientConfig.parse(await response.json());
}
