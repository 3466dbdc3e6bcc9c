import { Firestore } from '@google-cloud/firestore';
import type { Logger } from '../log.ts';
import { createMetrics, type Metrics } from '../services/metrics.ts';
import { memoryLog } from '../test-support.ts';
import type { AppEnv } from './env.ts';
import { onError, onNotFound } from './errors.ts';
import { requestContext } from './middleware/request-context.ts';
import { storeHandle } from './middleware/store-handle.ts';
import { type App, newApp } from './openapi.ts';

/** What a request's steps find before them; a client of Firestore that is never connected. */
export function testApp(
  options: { log?: Logger; metrics?: Metrics; now?: () => number; trustedProxyHops?: number } = {},
): App {
  const { log = memoryLog(), metrics = createMetrics(), now = () => 1_000, trustedProxyHops = 0 } = options;
  const firestore = new Firestore({ projectId: 'demo-unit' });
  const app = newApp();
  app.onError(onError(log, metrics));
  app.notFound(onNotFound());
  let requests = 0;
  app.use(requestContext({ newId: () => `req_${++requests}`, now, trustedProxyHops }));
  app.use(storeHandle(() => firestore, now));
  return app;
}

/** Sends a request to an app as if it had come from an address. */
export async function ask(
  app: App,
  path: string,
  init: RequestInit & { duplex?: 'half' } = {},
  remoteAddress = '192.0.2.1',
): Promise<Response> {
  const bindings = { incoming: { socket: { remoteAddress } } } as unknown as AppEnv['Bindings'];
  return app.request(path, init, bindings);
}

export interface ErrorAnswer {
  error: { code: string; message: string; requestId: string; details?: Record<string, unknown> };
}

export async function errorOf(response: Response): Promise<ErrorAnswer['error'] & { status: number }> {
  const { error } = (await response.json()) as ErrorAnswer;
  return { ...error, status: response.status };
}
