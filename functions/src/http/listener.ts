import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { restoreBodyHeaders } from './bypass-body-parsers.ts';
import type { App } from './openapi.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/**
 * An app as the handler of a function.
 *
 * @param load makes the app on the first request, so that an instance loads only the function that it runs.
 * @param prefix what the app's routes start with; a direct URL of the function comes without it.
 */
export function listener(load: () => Promise<App>, prefix = ''): Handler {
  let handler: Promise<ReturnType<typeof getRequestListener>> | undefined;
  return async (request, response) => {
    restoreBodyHeaders(request);
    handler ??= load().then((app) => getRequestListener(app.fetch));
    if (prefix && !request.url?.startsWith(`${prefix}/`)) request.url = `${prefix}${request.url ?? '/'}`;
    await (await handler)(request, response);
  };
}
