import type { Context } from 'hono';
import type { Principal } from '../../../domain/principal.ts';
import type { RawRequest } from '../../../providers/contract.ts';
import type { AppEnv } from '../../env.ts';
import type { WithJsonText } from './json-text.ts';

/** What the routes that call a model have before them. */
export type GatewayContext = Context<AppEnv & WithJsonText & { Variables: { principal: Principal } }>;

/** The headers of a request that are for the provider, and its query. */
export function passedHeaders(
  c: GatewayContext,
  names: readonly string[],
): Pick<RawRequest, 'headers' | 'query'> {
  const headers = names.flatMap((name) => {
    const value = c.req.header(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return { headers: Object.fromEntries(headers), query: c.req.query() };
}
