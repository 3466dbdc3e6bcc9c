import { expect } from 'vitest';
import type { ServeProcess } from '../../../tools/lib/serve-process.ts';
import type { Fault, FaultKind } from '../../../tools/sandbox/faults.ts';
import { createSandbox, type Sandbox } from '../../../tools/sandbox/server.ts';
import type { UsageDocument } from '../../src/store/usage-metrics.ts';
import { type Principal, seedPrincipals } from '../crash/principals.ts';
import { send } from '../harness/request.ts';
import { stack, startInstance } from '../harness/stack.ts';
import { firestore, recordOf } from '../llm/support.ts';

/** An instance and a sandbox of a test's own: what is planned here meets nobody else. */
export interface Bench {
  sandbox: Sandbox;
  instance: ServeProcess;
  principal: Principal;
  /** Plans a fault for one model; the others go well. */
  plan(model: string, fault: Partial<Fault> & { kind: FaultKind; times?: number }): void;
  stop(): Promise<void>;
}

export const ALIASES = {
  fast: 'openai/gpt-4.1-mini',
  smart: ['anthropic/claude-haiku-4-5', 'openai/gpt-4.1-mini'],
};

export async function startBench(env: Record<string, string> = {}): Promise<Bench> {
  const sandbox = await createSandbox().start();
  const instance = await startInstance({
    FIREGATE_SANDBOX_URL: sandbox.url,
    MODEL_ALIASES: JSON.stringify(ALIASES),
    ...env,
  });
  const [principal] = (await seedPrincipals(firestore, stack(), 1)) as [Principal];
  return {
    sandbox,
    instance,
    principal,
    plan: (model, fault) => void sandbox.faults.add({ ...fault, model }),
    async stop() {
      await instance.stop();
      await sandbox.stop();
    },
  };
}

export type Route = 'llm/generate' | 'chat/completions' | 'messages' | 'responses';

export interface Ask {
  route: Route;
  model?: string;
  models?: string[];
  stream?: boolean;
  prompt?: string;
  token?: string;
  headers?: Record<string, string>;
  more?: Record<string, unknown>;
  signal?: AbortSignal;
}

/** What came of a request, from all three sides: its client, its record and the provider. */
export interface Result {
  status: number;
  headers: Headers;
  text: string;
  record: UsageDocument;
  /** The models that were called, by the provider's own account, with what it answered. */
  calls: { provider: string; model: unknown; status: number | null }[];
}

export function sendAsk(
  bench: Bench,
  { route, prompt = '[[sandbox: tokens=40]] Hello', ...ask }: Ask,
): Promise<Response> {
  const { model, models, stream, more, token = bench.principal.key, headers, signal } = ask;
  const asked = { ...(model && { model }), ...(models && { models }), stream, ...more };
  const messages = [{ role: 'user', content: prompt }];
  const path = route === 'llm/generate' ? `/api/api/v1/${route}` : `/gateway/v1/${route}`;
  const body = {
    'llm/generate': { ...asked, prompt, maxTokens: 60 },
    'chat/completions': { ...asked, messages, max_completion_tokens: 60 },
    messages: { ...asked, messages, max_tokens: 60 },
    responses: { ...asked, input: prompt, max_output_tokens: 60 },
  }[route];
  return send(path, {
    body,
    token,
    url: bench.instance.url,
    ...(headers && { headers }),
    ...(signal && { signal }),
  });
}

export async function ask(bench: Bench, asked: Ask): Promise<Result> {
  const response = await sendAsk(bench, asked);
  const { status, headers } = response;
  const text = await response.text();
  const requestId = headers.get('x-request-id') ?? '';
  const record = await recordOf(requestId);
  const calls = bench.sandbox.recorder
    .list()
    .filter((call) => call.requestId === requestId)
    .map(({ provider, body, path, status }) => ({ provider, model: modelIn(body, path), status }));
  return { status, headers, text, record, calls };
}

/** Gemini's is in the path. */
function modelIn(body: unknown, path: string): unknown {
  return (body as { model?: unknown })?.model ?? /models\/([^:]+):/.exec(path)?.[1];
}

/** Each call is an attempt of the record, in order: never one that nobody counts, never one that was not made. */
export function expectCounted({ record, calls }: Result): void {
  expect(record.attempts.map(({ provider, model }) => ({ provider, model }))).toEqual(
    calls.map(({ provider, model }) => ({ provider, model })),
  );
  expect(record.attempts.reduce((sum, { costNanoUsd = NaN }) => sum + costNanoUsd, 0)).toBe(
    record.costNanoUsd,
  );
  expect(record.overrun).toBe(false);
  expect(record.costNanoUsd).toBeLessThanOrEqual(record.heldNanoUsd);
}
