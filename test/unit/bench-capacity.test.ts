import '../simulation/world/deterministic.ts';
import { expect, test } from '@jest/globals';
import { MEASURED } from '../../bench/cost/usage.ts';

// loaded when the functions of Node are replaced: Jest shows a module the functions that Node had when it was linked
const { loadAll } = await import('#lib/late-import');
const { capacity } = await import('../../bench/capacity/capacity.ts');
const { RAISED } = await import('../../bench/capacity/limits.ts');
const { playLoad } = await import('../../bench/capacity/play-load.ts');

test('the capacity model runs a load, a group and windows', async () => {
  const [loads, heads, windows] = await capacity('tiny');
  expect(Object.values(loads?.rows ?? {})).toEqual([
    expect.objectContaining({ 'acked items/s': 99, 'failed %': 0, 'what throttles': 'nothing' }),
  ]);
  expect(heads?.rows).toEqual({
    'maxSize 10': { 'adds/s taken well': 20, 'acknowledged of 2,000': 99, 'what throttles': 'nothing' },
  });
  expect(windows?.rows).toEqual({
    '1 index partition': { 'windows/s taken well': 50, 'what throttles': 'nothing' },
  });
});

test('the capacity model counts the write units that DynamoDB reports', async () => {
  await loadAll();
  const windows = 20;
  const played = await playLoad({
    name: 'windows of five, each of a group of its own',
    itemsPerSecond: 5 * windows,
    bulk: 5,
    groups: 1_000_000,
    together: true,
    maxSize: 5,
    maxWaitMs: 60_000,
    from: 1,
    quotas: RAISED,
    seconds: 1,
    warmSeconds: 0,
  });
  // a bulk is a reservation and a chunk; the batch is written down once
  const bulk = 2;
  const writes = played.writeUnits * 5 * windows - 1;
  expect(writes / windows).toBeCloseTo(bulk + MEASURED.window.writes, 6);
  expect(played.indexUnits).toBe(5);
});

test('what a limit turns down is told, with the limit that was met first', async () => {
  await loadAll();
  const played = await playLoad({
    name: 'more than the API takes',
    itemsPerSecond: 200,
    from: 'http',
    quotas: { ...RAISED, httpRequests: 50 },
    maxWaitMs: 500,
    seconds: 2,
    warmSeconds: 1,
  });
  expect(played.throttled.map(({ limit }) => limit)).toEqual(['the HTTP API']);
  expect(played.failed).toBeCloseTo(0.75, 1);
});
