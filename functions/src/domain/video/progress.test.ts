import { expect, it } from 'vitest';
import { percentOf, progressReader } from './progress.ts';

const REPORT =
  'frame=30\nout_time_us=1500000\nprogress=continue\nframe=60\nout_time_us=3000000\nprogress=end\n';

it('reads ffmpeg’s report, cut anywhere', () => {
  for (let cut = 0; cut <= REPORT.length; cut += 1) {
    const read = progressReader();
    const seen = [read(REPORT.slice(0, cut)), read(REPORT.slice(cut))].filter((each) => each !== undefined);
    expect(seen.at(-1), `cut at ${cut}`).toBe(3);
  }
});

it('says nothing where there is nothing', () => {
  const read = progressReader();
  expect(read('frame=1\nout_time_us=N/A\nprogress=continue\n')).toBeUndefined();
  expect(read('x'.repeat(100_000))).toBeUndefined();
  expect(read('\nout_time_us=500000\n')).toBe(0.5);
});

it.each([
  [0, 10, 0],
  [4.99, 10, 49],
  [10, 10, 99],
  [12, 10, 99],
  [-1, 10, 0],
  [1, 0, 0],
])('%d of %d seconds are %d percent', (done, all, percent) => {
  expect(percentOf(done, all)).toBe(percent);
});
