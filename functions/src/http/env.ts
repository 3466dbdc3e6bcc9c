import type { HttpBindings } from '@hono/node-server';
import type { StoreHandle } from '../store/handle.ts';

/** What every handler has, set by the middleware that runs on every request. */
export interface RequestVariables {
  /** Server-made and random; sent back as `X-Request-Id`. */
  requestId: string;
  /** Milliseconds since the epoch. */
  startedAt: number;
  clientIp: string;
  store: StoreHandle;
  /** Facts for the one log line of this request; never prompts, answers or credentials. */
  logFields: Record<string, string | number | boolean>;
}

export interface AppEnv {
  Bindings: HttpBindings;
  Variables: RequestVariables;
}
