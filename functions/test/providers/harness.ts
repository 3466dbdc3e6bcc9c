import { createSandbox, type Sandbox } from '../../../tools/sandbox/server.ts';
import type { CallContext, ChatRequest, Model, Provider } from '../../src/providers/contract.ts';
import { createProvider, PROVIDERS } from '../../src/providers/registry.ts';

/** A sandbox of this test file's own, on a free port. */
export function startSandbox(): Promise<Sandbox> {
  return createSandbox().start();
}

/** Every enabled provider with a function that connects it to the sandbox. */
export const CONNECT = PROVIDERS.map((definition) => ({
  id: definition.id,
  models: definition.models.filter(({ capabilities }) => capabilities.includes('chat')),
  connect: (sandbox: Sandbox): Provider =>
    createProvider(definition.id, {
      apiKey: '',
      baseUrl: `${sandbox.url}${definition.sandboxPath}`,
      sandbox: true,
    }),
}));

export function firstModel(models: readonly Model[]): Model {
  const [model] = models;
  if (model === undefined) throw new Error('The catalogue is empty');
  return model;
}

export function ask(model: Model, prompt: string, rest: Partial<ChatRequest> = {}): ChatRequest {
  return { model, messages: [{ role: 'user', content: prompt }], maxTokens: 1024, ...rest };
}

let calls = 0;
export function context(signal: AbortSignal = new AbortController().signal): CallContext {
  calls += 1;
  return { requestId: `req_test_${calls}`, signal };
}

/** Waits until something is true of another part of the process. */
export async function until(condition: () => boolean, withinMs = 2000): Promise<void> {
  const end = Date.now() + withinMs;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`Not true within ${withinMs} ms: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
