#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { createSandbox } from './server.ts';

/**
 * The sandbox upstream on the command line:
 * `node tools/sandbox/main.ts [--port 4010] [--host 127.0.0.1] [--delay 8]`, the delay in milliseconds.
 */
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '4010' },
    host: { type: 'string', default: '127.0.0.1' },
    delay: { type: 'string', default: '8' },
  },
});

const port = integer('port', values.port, 65_535);
const sandbox = createSandbox({ port, host: values.host, delayMs: integer('delay', values.delay, 60_000) });

try {
  await sandbox.start();
} catch (error) {
  const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  fail(taken ? `Port ${port} on ${values.host} is taken.` : String(error));
}
console.log(
  `Sandbox upstream: ${sandbox.url} (OpenAI: ${sandbox.url}/openai/v1, Anthropic: ${sandbox.url}/anthropic, Gemini: ${sandbox.url}/gemini)`,
);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void sandbox.stop(1000).then(() => process.exit(0));
  });
}

function integer(name: string, text: string, most: number): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isInteger(value) || value < 0 || value > most) {
    fail(`--${name} is an integer from 0 to ${most}.`);
  }
  return value;
}

function fail(message: string): never {
  console.error(`sandbox: ${message}`);
  process.exit(1);
}
