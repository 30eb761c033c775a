import { describe, expect, test } from '@jest/globals';
import { Duration } from 'aws-cdk-lib/core';
import { consumerOf } from '#lib/topology';
import { batchesNamed, synthesise } from './synthesise.ts';

/** The names of Object.prototype that a batch may have. */
const NAMES = Object.getOwnPropertyNames(Object.prototype).filter(name => /^[A-Za-z]/.test(name));

describe('batches with the names of Object.prototype', () => {
  const [own = '', ...others] = NAMES;
  const { template, topology } = synthesise('strange', batchesNamed(...NAMES), {
    consumers: { [own]: { memorySize: 1_024 } },
    alarms: { oldItems: { [own]: Duration.minutes(30) } },
  });

  test('have a queue, a function and an alarm each', () => {
    expect(topology.consumers.flatMap(({ batches }) => batches)).toEqual(NAMES);
    const functions = Object.values(template.findResources('AWS::Lambda::Function'));
    const queues = Object.values(template.findResources('AWS::SQS::Queue'));
    for (const { jobs, function: consumer } of topology.consumers) {
      expect(queues.filter(({ Properties: { QueueName } }) => QueueName === jobs.name)).toHaveLength(1);
      expect(
        functions.filter(({ Properties: { FunctionName } }) => FunctionName === consumer.name),
      ).toHaveLength(1);
    }
  });

  test('have settings that are checked as any others', () => {
    const refused = (settings: object) => () => synthesise('strange', batchesNamed(own), settings);
    expect(refused({ consumers: { [own]: { memorySize: 64 } } })).toThrow(`consumers.${own}.memorySize`);
    expect(refused({ alarms: { oldItems: { [own]: 5 } } })).toThrow(`alarms.oldItems.${own}`);
    expect(refused({ consumers: { [own]: { environment: { constructor: 5 } } } })).toThrow(
      'environment.constructor',
    );
  });

  test('have their own settings, and no others', () => {
    const memory = (batch: string) => {
      const name = consumerOf(topology, batch)?.function.name;
      const found = template.findResources('AWS::Lambda::Function', { Properties: { FunctionName: name } });
      return Object.values(found)[0]?.['Properties']['MemorySize'];
    };
    expect(memory(own)).toBe(1_024);
    for (const name of others) expect(memory(name)).not.toBe(1_024);
  });
});
