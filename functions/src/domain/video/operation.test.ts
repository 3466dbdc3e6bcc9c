import { expect, it } from 'vitest';
import { VIDEO_LIMITS } from './limits.ts';
import { billedSeconds, mostBilledSeconds, type VideoOperation } from './operation.ts';

const { durationSeconds: longest } = VIDEO_LIMITS;

it.each<[VideoOperation, number, number]>([
  [{ type: 'probe' }, 500, 1],
  [{ type: 'thumbnail', atSeconds: 3 }, 500, 1],
  [{ type: 'trim', start: 1, end: 3.2 }, 500, 3],
  [{ type: 'trim', start: 1, end: 600 }, 10.5, 10],
  [{ type: 'trim', start: 8.1, end: 16.1 }, 500, 8],
  [{ type: 'trim', start: 0.7, end: 9.7 }, 500, 9],
  [{ type: 'scale', width: 64 }, 2.01, 3],
  [{ type: 'convert', format: 'webm' }, 0.1, 1],
  [{ type: 'extractAudio', format: 'mp3' }, 600, 600],
])('%j of %d s is billed as %d s', (operation, duration, seconds) => {
  expect(billedSeconds(operation, duration)).toBe(seconds);
});

it.each<VideoOperation>([
  { type: 'probe' },
  { type: 'thumbnail', atSeconds: 599 },
  { type: 'trim', start: 0.5, end: 0.6 },
  { type: 'trim', start: 0, end: longest },
  { type: 'trim', start: 599.9, end: longest },
  { type: 'scale', height: 64 },
  { type: 'convert', format: 'mp4' },
  { type: 'extractAudio', format: 'wav' },
])('what is held for %j covers every video that is taken', (operation) => {
  const most = mostBilledSeconds(operation);
  const start = operation.type === 'trim' ? operation.start : 0;
  for (let duration = start + 0.01; duration <= longest; duration += 0.37) {
    expect(billedSeconds(operation, duration)).toBeLessThanOrEqual(most);
    expect(billedSeconds(operation, duration)).toBeGreaterThan(0);
  }
});
