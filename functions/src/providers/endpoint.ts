import type { CallContext, Endpoint, RawRequest } from './contract.ts';
import { refusalOf } from './keep-refusals.ts';
import {
  assertWanted,
  type ErrorKinds,
  eventError,
  refusalError,
  type SdkErrors,
  toUpstreamError,
} from './upstream-error.ts';

/** What both SDKs' clients have in common. */
interface RawSdk {
  raw: { post(path: string, options: object): { asResponse(): Promise<Response> } };
  errors: SdkErrors;
}

/** A provider, as far as its endpoints are alike. */
export interface EndpointHost {
  provider: string;
  load: () => Promise<RawSdk>;
  kinds: ErrorKinds;
  /** The header in which it tells its own id of a request. */
  requestIdHeader: string;
}

/**
 * A route of a provider's own API, called by its SDK: the base URL, the credentials, the version and the
 * connections are the SDK's. Both SDKs send bytes as they are.
 *
 * @param path under the SDK's base URL
 */
export function endpoint(
  { provider, load, kinds, requestIdHeader }: EndpointHost,
  path: string,
  { bound, meter }: Pick<Endpoint, 'bound' | 'meter'>,
): Endpoint {
  async function send({ body, headers, query }: RawRequest, context: CallContext): Promise<Response> {
    const { raw, errors } = await load();
    assertWanted(context, provider);
    try {
      const call = raw.post(path, {
        body,
        query,
        signal: context.signal,
        headers: { ...headers, 'Content-Type': 'application/json', 'X-Request-Id': context.requestId },
      });
      return await call.asResponse();
    } catch (thrown) {
      const refused = refusalOf(thrown);
      if (refused) return refused;
      throw toUpstreamError(thrown, { provider, sdk: errors, signal: context.signal, kinds });
    }
  }
  return {
    bound,
    meter,
    send,
    refusal: (response, body) => refusalError(response, body, { provider, kinds, requestIdHeader }),
    failure: (data) => eventError(data, { provider, kinds }),
  };
}
