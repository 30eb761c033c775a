import { expect, test } from '@jest/globals';
import { LocalClock } from '../../local/clock/local-clock.ts';

test('the local clock has whole milliseconds, whatever it was put forward by and waited for', async () => {
  const clock = new LocalClock();
  const fired: number[] = [];
  for (const ms of [0.2, 10.7625, 333.3]) clock.after(ms, () => fired.push(clock.now()));
  await clock.advance(500.5, async () => {});
  expect([clock.now(), ...fired].filter(time => !Number.isInteger(time))).toEqual([]);
  expect(fired).toHaveLength(3);
});
