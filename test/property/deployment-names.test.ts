import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { RETRY_DEFAULTS } from '#lib/definition/retries';
import { parseSettings } from '#lib/deployment/settings';
import { SettingsError } from '#lib/errors';
import { ADMIN_ACTIONS, topology } from '#lib/topology';

const words = ['on', 'jobs', 'dead', 'letter', 'timer', 'ingest', 'x', ...ADMIN_ACTIONS];
const hyphenated = (most: number) =>
  fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: most }).map(parts => parts.join('-'));

const isDeployment = (deployment: string): boolean => {
  try {
    parseSettings({ deployment, queueUrlBase: 'https://sqs.example/0/' });
    return true;
  } catch (error) {
    if (error instanceof SettingsError) return false;
    throw error;
  }
};

/** What has one name in an account and region, kind by kind. */
const namesOf = (deployment: string, batches: readonly string[]): string[] => {
  const { table, timer, dead, functions, ...made } = topology(deployment, [
    ...batches.map(name => ({ name, retries: RETRY_DEFAULTS })),
    // a pool may be called like a batch
    ...batches.map(pool => ({ name: `pooled.${pool}`, pool, retries: RETRY_DEFAULTS })),
  ]);
  const owned = made.consumers.flatMap(({ jobs, function: consumer }) => [
    `queue ${jobs.name}`,
    `function ${consumer.name}`,
  ]);
  const shared = Object.values(functions).map(({ name }) => `function ${name}`);
  return [`table ${table.name}`, `queue ${timer.name}`, `queue ${dead.name}`, ...shared, ...owned];
};

test('two deployments have no name in common, whatever they and their batches are called', () => {
  const batches = fc.array(hyphenated(2), { minLength: 1, maxLength: 5 });
  // only where one’s name begins with the other’s could they have
  const longer = hyphenated(2)
    .map(rest => `shop-${rest}`)
    .filter(isDeployment);
  fc.assert(
    fc.property(batches, longer, batches, (own, other, others) => {
      const names = new Set(namesOf('shop', own));
      expect(namesOf(other, others).filter(name => names.has(name))).toEqual([]);
    }),
    { numRuns: 2_000 },
  );
});

// a batch of `shop` makes each of these begin so
test.each(['shop-on', 'shop-jobs', 'shop-dead', 'shop-pool', 'shop-pool-x', 'shop-on-x', 'shop-dead-letter'])(
  'so none may be called %s',
  deployment => {
    expect(() => parseSettings({ deployment, queueUrlBase: 'https://sqs.example/0/' })).toThrow(
      expect.objectContaining({
        code: 'settings.invalid',
        details: { setting: 'deployment', value: deployment },
        message: expect.stringContaining('without "-on", "-jobs", "-dead" or "-pool" at its end'),
      }),
    );
  },
);

test.each(['shop', 'on-shop', 'online', 'shop-onyx', 'add-ons', 'jobs'])(
  'but one may be called %s',
  deployment => {
    expect(isDeployment(deployment)).toBe(true);
  },
);
