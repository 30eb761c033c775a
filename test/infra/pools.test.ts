import { describe, expect, test } from '@jest/globals';
import { consumerOf } from '#lib/topology';
import type { StackDefinition } from '../../infra/options/stack-definition.ts';
import { rightsOf } from './rights.ts';
import { batchesNamed, type Synthesised, synthesise } from './synthesise.ts';

const [plain, slow, own] = batchesNamed('plain', 'slow', 'own') as [
  StackDefinition,
  StackDefinition,
  StackDefinition,
];
const pooled = (definition: StackDefinition, more: Partial<StackDefinition> = {}): StackDefinition => ({
  ...definition,
  pool: 'small',
  ...more,
});
const quick = pooled(plain, { timeout: 10_000 });
const long = pooled(slow, { timeout: 300_000, retries: { ...slow.retries, max: 7 } });
const DEFINITIONS = [quick, long, own];
const shop = synthesise('shop', DEFINITIONS);

const POOL = 'shop-pool-small';
const mappingOf = ({ resources, named }: Synthesised, queue: string) => {
  const { id } = named('AWS::SQS::Queue', 'QueueName', queue);
  return Object.values(resources('AWS::Lambda::EventSourceMapping')).find(({ Properties }) =>
    JSON.stringify(Properties['EventSourceArn']).includes(`"${id}"`),
  )?.Properties;
};
const alarmsOf = ({ resources }: Synthesised) =>
  Object.values(resources('AWS::CloudWatch::Alarm')).map(({ Properties }) => ({
    name: String(Properties['AlarmName']),
    description: String(Properties['AlarmDescription']),
  }));

describe('definitions of a pool', () => {
  test('share a function and a queue; one that is in none has its own', () => {
    const { consumer } = shop.cistern;
    const find = consumer.bind(shop.cistern);
    expect(find('plain')).toEqual(find('slow'));
    expect(find('plain').function).not.toBe(find('own').function);
    const queues = Object.values(shop.resources('AWS::SQS::Queue')).map(each => each.Properties['QueueName']);
    expect(queues.sort()).toEqual(['shop-dead', 'shop-jobs-own', POOL, 'shop-timer']);
  });

  test('have a function that may take as long as the longest of them, and a queue that hides as long', () => {
    expect(shop.named('AWS::Lambda::Function', 'FunctionName', POOL).Properties).toMatchObject({
      Timeout: 330,
    });
    expect(shop.named('AWS::SQS::Queue', 'QueueName', POOL).Properties).toMatchObject({
      VisibilityTimeout: 330,
    });
  });

  test('have a queue from which SQS gives nothing up before the one with most retries has used them', () => {
    expect(shop.named('AWS::SQS::Queue', 'QueueName', POOL).Properties).toMatchObject({
      RedrivePolicy: { maxReceiveCount: consumerOf(shop.topology, 'slow')?.jobs.redrive?.maxReceiveCount },
    });
    expect(consumerOf(shop.topology, 'slow')?.jobs.redrive?.maxReceiveCount).toBeGreaterThan(8);
  });

  test('have a function that knows its pool', () => {
    const { Properties } = shop.named('AWS::Lambda::Function', 'FunctionName', POOL);
    expect(Properties['Environment']).toMatchObject({ Variables: { CISTERN_POOL: 'small' } });
    expect(Properties['Environment']).not.toHaveProperty(['Variables', 'CISTERN_BATCH']);
  });

  test('have a function that knows no job queue but the pool’s', () => {
    const jobQueues = Object.keys(rightsOf(shop, POOL)).filter(name => /-(jobs|pool)-/.test(name));
    expect(jobQueues.filter(name => !name.startsWith('/aws'))).toEqual([POOL]);
  });

  test('are known by their queue to whoever sends jobs', () => {
    expect(rightsOf(shop, 'shop-ingest')[POOL]).toEqual(['sqs:SendMessage']);
  });

  test('have no bound in their mapping where none of them asks for one', () => {
    expect(mappingOf(shop, POOL)).not.toHaveProperty('ScalingConfig');
  });

  // who waits for a permit waits in a function that is paid for
  test('have a mapping bound to what they ask for together, where one of them asks', () => {
    const bound = synthesise('shop', [pooled(plain, { concurrency: 1 }), long]);
    expect(mappingOf(bound, POOL)).toMatchObject({ ScalingConfig: { MaximumConcurrency: 11 } });
    const most = synthesise('shop', [pooled(plain, { concurrency: 1_000 }), long]);
    expect(mappingOf(most, POOL)).toMatchObject({ ScalingConfig: { MaximumConcurrency: 1_000 } });
  });
});

describe('a pool’s settings', () => {
  test('are those of its function', () => {
    const large = synthesise('shop', DEFINITIONS, { pools: { small: { memorySize: 2_048 } } });
    expect(large.named('AWS::Lambda::Function', 'FunctionName', POOL).Properties['MemorySize']).toBe(2_048);
  });

  test('are refused of a pool that no definition is in', () => {
    expect(() => synthesise('shop', DEFINITIONS, { pools: { smal: {} } })).toThrow(
      'There is no setting pools.smal; in its place there may be: small.',
    );
  });

  test('are refused by the name of a batch that is in it', () => {
    expect(() => synthesise('shop', DEFINITIONS, { consumers: { plain: { memorySize: 512 } } })).toThrow(
      'the batch is in the pool small, set pools.small',
    );
  });
});

describe('300 definitions in a pool', () => {
  const names = Array.from({ length: 300 }, (_, i) => `${'a-batch-'.repeat(6).slice(0, 45)}${i + 100}`);
  const many = synthesise(
    'a-deployment-of-24-chars',
    batchesNamed(...names).map(each => pooled(each)),
  );
  const made = many.template.toJSON();

  test('are fewer than 500 resources', () => {
    expect(Object.keys(made['Resources']).length).toBeLessThan(500);
  });

  test('are a template of less than 1 MB, with names as long as they may be', () => {
    expect(JSON.stringify(made, undefined, 1).length).toBeLessThan(1_000_000);
  });

  test.each(['dead-batches', 'old-items', 'slow-handlers'])('are each named by an alarm of %s', kind => {
    const told = alarmsOf(many).filter(({ name }) => name.includes(kind));
    for (const name of names) {
      expect(told.filter(({ description }) => description.includes(name))).toHaveLength(1);
    }
  });

  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
  test('have alarms whose descriptions are no longer than CloudWatch takes', () => {
    for (const { description } of alarmsOf(many)) expect(description.length).toBeLessThanOrEqual(1_024);
  });

  test('leave ingest’s rights as short as one definition’s', () => {
    expect(Object.keys(rightsOf(many, 'a-deployment-of-24-chars-ingest')).length).toBe(
      Object.keys(
        rightsOf(synthesise('a-deployment-of-24-chars', [quick]), 'a-deployment-of-24-chars-ingest'),
      ).length,
    );
  });
});
