import { afterEach, expect, jest, test } from '@jest/globals';
import { METRICS, type MetricName } from '#lib/telemetry/metrics';
import { powertools } from '../../functions/telemetry/powertools.ts';
import type { Line } from './deployed-function.ts';
import { emitted, sums } from './emf.ts';

afterEach(() => {
  jest.restoreAllMocks();
});

/** Measures, and returns the lines that it makes. */
function linesOf(measure: (take: ReturnType<typeof powertools>['take']) => void): Line[] {
  let output = '';
  jest.spyOn(process.stdout, 'write').mockImplementation(text => {
    output += text;
    return true;
  });
  const sink = powertools({
    deployment: 'shop',
    logLevel: 'INFO',
    metrics: true,
    tracing: undefined,
    tracingRatio: 1,
  });
  measure(sink.take);
  sink.publish();
  sink.publish();
  jest.restoreAllMocks();
  return output
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as Line);
}

test('a handler’s many single adds are one value: what is counted is added up', () => {
  const lines = linesOf(take => {
    for (let i = 0; i < 1_000; i++) take({ kind: 'measured', batch: 'clicks', measured: { ItemsAdded: 1 } });
  });
  expect(emitted(lines)).toMatchObject([{ name: 'ItemsAdded', values: [1_000] }]);
});

test('what has percentiles is told value by value, by lines that CloudWatch takes, each with its batch', () => {
  const lines = linesOf(take => {
    for (let i = 0; i < 250; i++) {
      for (const batch of ['clicks', 'orders']) {
        take({
          kind: 'measured',
          batch,
          measured: { HandlerDuration: i, BatchSize: 2, BatchesCompleted: 1 },
        });
      }
    }
  });
  for (const { dimensions, values } of emitted(lines)) {
    expect(dimensions).toEqual([{ service: 'shop', batch: expect.stringMatching(/^(clicks|orders)$/) }]);
    expect(values.length).toBeLessThan(100);
  }
  const durations = emitted(lines).filter(({ name }) => name === 'HandlerDuration');
  expect(durations.flatMap(({ values }) => values).sort((a, b) => a - b)).toEqual(
    Array.from({ length: 500 }, (_, i) => Math.floor(i / 2)),
  );
  expect(sums(lines)).toMatchObject({ BatchSize: 1_000, BatchesCompleted: 500 });
});

test.each(Object.entries(METRICS))('%s is told by its name, with its unit', (name, { unit }) => {
  const lines = linesOf(take =>
    take({ kind: 'measured', batch: 'clicks', measured: { [name as MetricName]: 7 } }),
  );
  const dimensions = [{ service: 'shop', batch: 'clicks' }];
  expect(emitted(lines)).toEqual([{ namespace: 'Cistern', dimensions, name, unit, values: [7] }]);
});

test('where nothing was measured nothing is written', () => {
  expect(linesOf(() => {})).toEqual([]);
});
