import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { curlCommands } from './curl.ts';

const addresses = { origin: 'http://127.0.0.1:5000', functionsBaseUrl: 'http://127.0.0.1:5001/p/r' };
const nasty = `It's "quoted", costs $5 \`now\`\nand \\n goes on`;

test('a shell hands curl exactly the request, whatever the prompt holds', () => {
  const body = { model: 'gpt', prompt: nasty, stream: true };
  const command = curlCommands([{ providerId: 'openai', body }], addresses);
  // The shell's own reading of the command: a function in curl's place prints its arguments.
  const script = `curl() { for word in "$@"; do printf '%s\\0' "$word"; done; }\nCLIENT_TOKEN=t0k3n\n${command}\n`;
  const words = execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0');
  expect(words.slice(0, 2)).toEqual(['-N', 'http://127.0.0.1:5001/p/r/openaiGenerate']);
  expect(words).toContain('Authorization: Bearer t0k3n');
  expect(JSON.parse(words[words.indexOf('-d') + 1] ?? '')).toEqual(body);
});

test('one command a column, and no token in any', () => {
  const body = { model: 'gpt', prompt: 'Hi', stream: true };
  const text = curlCommands(
    [
      { providerId: 'openai', body },
      { providerId: 'anthropic', body },
    ],
    addresses,
  );
  expect(text.match(/^curl /gm)).toHaveLength(2);
  expect(text).toContain('anthropicGenerate');
  expect(text).toContain('$CLIENT_TOKEN');
});
