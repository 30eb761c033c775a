import { expect, test } from '@jest/globals';
import { killOften } from '../kill/kill-often.ts';

test('a local stack that is killed under load loses, doubles and forgets nothing', async () => {
  // many more: npm run test:kill
  const { acknowledged, breaches } = await killOften(5, 500, Math.random);
  expect(breaches).toEqual([]);
  expect(acknowledged).toBeGreaterThan(0);
}, 180_000);
