import type { Context } from 'hono';
import type { AppEnv } from '../../env.ts';
import { BODY_LIMIT, jsonBytes } from '../../middleware/request-validation.ts';
import type { JsonText } from '../../wire/json/edit.ts';
import { readJsonText } from '../../wire/json/read.ts';

export type WithJsonText = AppEnv & { Variables: { json: JsonText } };

/** Reads the body as it came, into `json`. @throws GatewayError 400, 413 or 415 */
export const jsonText = () =>
  jsonBytes<WithJsonText>(BODY_LIMIT.generate, async (c: Context<WithJsonText>) => {
    c.set('json', readJsonText(new Uint8Array(await c.req.arrayBuffer())));
  });
