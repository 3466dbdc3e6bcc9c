import { expect, it } from 'vitest';
import { scheduledFunctions } from './schedule.ts';

const at = (schedule: string) => ({
  endpoints: {
    api: { entryPoint: 'api', platform: 'gcfv2', httpsTrigger: {} },
    sweep: { entryPoint: 'sweep', platform: 'gcfv2', scheduleTrigger: { schedule } },
  },
});

it.each([
  ['every 1 minutes', 60_000],
  ['every 5 minutes', 300_000],
  ['every 2 hours', 7_200_000],
])('reads %s', (schedule, everyMs) => {
  expect(scheduledFunctions(at(schedule))).toEqual([{ name: 'sweep', everyMs }]);
});

it('refuses a schedule that it can’t keep', () => {
  expect(() => scheduledFunctions(at('0 5 * * *'))).toThrow('sweep');
});
