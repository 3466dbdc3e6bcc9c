import type {
  GenerateContentConfig,
  GenerateContentParameters,
  GoogleGenAI,
  HttpOptions,
} from '@google/genai/web';
import { type CallContext, type ProviderConnection, UpstreamError } from '../contract.ts';
import { directFetch } from '../direct-fetch.ts';
import { Kept } from '../keep-refusals.ts';
import { lazy } from '../lazy.ts';
import { haveFetchWait } from '../patience.ts';
import { callOptions, sdkApiKey } from '../sdk-options.ts';
import type { GeminiBody } from './body.ts';
import { tellRetry } from './errors.ts';

export interface GeminiSdk {
  client: GoogleGenAI;
  ApiError: typeof import('@google/genai/web')['ApiError'];
}

/**
 * The SDK's own default is `v1`, which has refused tools and system instructions before; this is the version whose
 * reference has every field that we send: https://ai.google.dev/api/generate-content.
 */
const API_VERSION = 'v1beta';

/**
 * The official SDK, loaded on the first call, and the one client that all calls share. The entry point for the web
 * runs on Node as well: it is half of the other one, which brings Google's credentials, websockets and files, and
 * reads the environment for what is ours to say.
 */
export function geminiSdk(connection: ProviderConnection): () => Promise<GeminiSdk> {
  return lazy(async () => {
    const [{ GoogleGenAI, ApiError }] = await Promise.all([
      import('@google/genai/web'),
      haveFetchWait(connection.longestCallMs ?? 0),
    ]);
    const { baseUrl } = connection;
    const client = new GoogleGenAI({
      apiKey: sdkApiKey(connection),
      vertexai: false,
      apiVersion: API_VERSION,
      // Without `retryOptions` and `timeout` there are neither.
      httpOptions: { fetch: keepRefusals, ...(baseUrl !== undefined && { baseUrl }) },
    });
    return { client, ApiError };
  });
}

/** The SDK's parameters of a call. One call is one request: it neither continues an answer nor calls functions. */
export function parametersOf(
  model: string,
  { contents, systemInstruction, tools, toolConfig, generationConfig }: GeminiBody,
  context: CallContext,
  fetched?: typeof fetch,
): GenerateContentParameters {
  // The SDK refuses this with an error like any of its faults; Google does with a 400.
  if (contents.length === 0) {
    throw new UpstreamError('invalid_request', 'no contents', { status: 400, sent: false });
  }
  const config = {
    ...generationConfig,
    ...(systemInstruction && { systemInstruction }),
    ...(tools && { tools }),
    ...(toolConfig && { toolConfig }),
    automaticContinuation: false,
    automaticFunctionCalling: { disable: true },
    abortSignal: context.signal,
    httpOptions: httpOptionsOf(context, fetched),
    // The SDK's enums are the strings that they stand for.
  } as GenerateContentConfig;
  return { model, contents, config };
}

export function httpOptionsOf(context: CallContext, fetched?: typeof fetch): HttpOptions {
  return { headers: callOptions(context).headers, ...(fetched && { fetch: fetched }) };
}

const keepRefusals: typeof fetch = async (input, init) => {
  const response = await directFetch(input, init);
  if (response.ok) return response;
  throw new Kept(await tellRetry(response));
};

/**
 * The `fetch` of a call whose answer is wanted as it came, whatever it is; see `refusalOf`. The SDK lets go of a
 * call that throws, so that the answer's body has to hear of an abort by itself.
 */
export const keepAnswer =
  (signal: AbortSignal): typeof fetch =>
  async (input, init) => {
    throw new Kept(await keepRefusals(input, { ...init, signal }));
  };
