import { expect, test } from 'vitest';
import { pollDelay, stateOf, titleOf } from './job.ts';

test('a job is asked for less and less often, and no more once it is over', () => {
  const delays = [0, 1, 2, 5, 10, 20, 100].map((asked) => pollDelay({ state: 'running' }, asked));
  expect(delays[0]).toBe(700);
  expect(delays).toEqual([...delays].sort((a, b) => Number(a) - Number(b)));
  expect(delays.at(-1)).toBe(8_000);
  expect(pollDelay(undefined, 3)).toBeGreaterThan(700);
  for (const state of ['succeeded', 'failed', 'cancelled'] as const) {
    expect(pollDelay({ state }, 0)).toBe(false);
  }
});

test.each([
  [{ type: 'probe' }, 'Probe'],
  [{ type: 'thumbnail', atSeconds: 1.25 }, 'Thumbnail at 1.3 s'],
  [{ type: 'trim', start: 1, end: 3.5 }, 'Trim 1 s to 3.5 s'],
  [{ type: 'scale', width: 640 }, 'Scale to 640 × auto'],
  [{ type: 'convert', format: 'webm' }, 'Convert to WebM'],
  [{ type: 'extractAudio', format: 'mp3' }, 'Extract audio as MP3'],
  [
    { type: 'generate', provider: 'openai', model: 'sora-2', seconds: 4, size: '1280x720' },
    'sora-2, 4 s, 1280 × 720',
  ],
] as const)('%j is named', (operation, title) => {
  expect(titleOf({ operation })).toBe(title);
});

test('each state has a word and a rail', () => {
  expect(stateOf({ state: 'running', cancelRequested: false }).word).toBe('Running');
  expect(stateOf({ state: 'running', cancelRequested: true }).word).toBe('Stopping');
  expect(stateOf({ state: 'failed', cancelRequested: false })).toMatchObject({
    rail: 'failed',
    word: 'Failed',
  });
});
