import { inject } from 'vitest';
import { type ServeProcess, startServe } from '../../../tools/lib/serve-process.ts';
import type { Stack } from '../../../tools/test/stack.ts';

/** Addresses and secrets of what the tests run against. */
export function stack(): Stack {
  return inject('stack');
}

/**
 * Starts one more instance of the functions on the same emulators, for what must hold over instances, for another
 * configuration, or to be killed. Stop it in the test that started it.
 *
 * @param env overrides, for instance CORS_ORIGINS or OPENAI_BASE_URL
 */
export function startInstance(env: Record<string, string> = {}): Promise<ServeProcess> {
  return startServe({ ...stack().env, ...env });
}
