import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { createSandbox, type Sandbox, type SandboxOptions } from './server.ts';

/** A sandbox for the tests of one file, and the official clients on it; recorder and faults start empty. */
export function useSandbox(options: SandboxOptions = {}): {
  sandbox: Sandbox;
  openai: () => OpenAI;
  anthropic: () => Anthropic;
  gemini: () => GoogleGenAI;
} {
  const sandbox = createSandbox(options);
  beforeAll(() => sandbox.start());
  afterAll(() => sandbox.stop(0));
  beforeEach(() => {
    sandbox.recorder.clear();
    sandbox.faults.clear();
  });
  const common = { apiKey: 'sk-sandbox-test-key', maxRetries: 0, logLevel: 'off' } as const;
  return {
    sandbox,
    openai: () => new OpenAI({ ...common, baseURL: `${sandbox.url}/openai/v1` }),
    anthropic: () => new Anthropic({ ...common, baseURL: `${sandbox.url}/anthropic` }),
    gemini: () =>
      new GoogleGenAI({ apiKey: common.apiKey, httpOptions: { baseUrl: `${sandbox.url}/gemini` } }),
  };
}

/** What a promise rejects with; fails when it does not. */
export async function rejection(promise: PromiseLike<unknown>): Promise<unknown> {
  const outcome = await Promise.resolve(promise).then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  if (outcome === undefined) throw new Error('Expected a rejection');
  return outcome.error;
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}
