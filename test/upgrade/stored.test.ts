import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { operationsOf } from '#lib/batch-operations';
import { SCHEMA_VERSION } from '#lib/store/schema';
import { type Engines, startEngines } from '../support/engines/start-engines.ts';
import { definitions, maxSizeOf, type Name } from './definitions.ts';
import { Evidence } from './evidence.ts';
import { type Process, Stage, type Stored } from './stage.ts';
import { inDynamodb } from './stage-table.ts';

/** Versions whose records are written down (record.ts), and schema versions of the code that reads them. */
const READINGS: readonly [stored: string, schema: number, table: 'memory' | 'dynalite'][] = [
  ['0.1.0', SCHEMA_VERSION, 'dynalite'],
  // what raises the schema version finds the records of this one
  ['0.1.0', SCHEMA_VERSION + 1, 'memory'],
];

/** Items that no handler gets: what a hook leaves out, and what was dead before. */
const besides = (batch: string, id: string): boolean => batch === 'filtered' && id === 'f2';

describe.each(READINGS)('what %s has stored, with code of schema version %i', (version, schema, table) => {
  let engines: Engines | undefined;
  let stage: Stage;
  let process: Process;
  let evidence: Evidence;

  beforeAll(async () => {
    const { evidence: before, ...stored } = read(version);
    if (table === 'dynalite') engines = await startEngines();
    stage = await Stage.with(stored, engines && (await inDynamodb(engines.dynamodb, stored.deployment)));
    evidence = new Evidence(before);
    process = stage.process(
      definitions(
        (batch, context) => evidence.run(batch, context, () => false),
        (batch, job, ids) => void evidence.onDeadCalls.push({ batch, job, ids, done: ids }),
      ),
      { schema },
    );
  });
  afterAll(async () => {
    stage.stop();
    await engines?.stop();
  });

  const operations = (name: Name) => {
    const definition = process.definitions.find(each => each.name === name);
    if (definition === undefined) throw new Error(`There is no batch ${name}.`);
    return operationsOf(process.deployment, definition);
  };
  const ran = (name: Name) => evidence.runs.filter(({ batch }) => batch === name).flatMap(({ done }) => done);

  test('takes duplicates of what is buffered and of what is remembered for what they are', async () => {
    const before = evidence.acknowledged.length;
    await evidence.add(process, 'keyed', { id: 'k5', key: 'a' }, { id: 'k6', key: 'c' });
    await evidence.add(process, 'remembered', { id: 'r4', key: 'a' }, { id: 'r5', key: 'b' });
    expect(evidence.acknowledged.slice(before).map(({ id, duplicate }) => [id, duplicate])).toEqual([
      ['k5', true],
      ['k6', false],
      ['r4', true],
      ['r5', true],
    ]);
  });

  test('is added to', async () => {
    await evidence.add(process, 'grouped', { id: 'x3', group: 'x' });
    await evidence.add(process, 'overfull', { id: 'o8' });
    await evidence.add(process, 'bytes', { id: 'b3', filler: 'b'.repeat(4_000) });
  });

  test('comes out, while what was paused stays where it is', async () => {
    await stage.run(process, 3);
    const held = [...ran('parked'), ...ran('draining').filter(id => id.startsWith('e'))];
    expect(held).toEqual([]);
    expect(await operations('parked').getBufferSize()).toBe(2);
    expect(await operations('draining').reportDrain()).toMatchObject({ state: 'drained', completed: 1 });
    expect((await operations('draining').status()).paused).toBe(true);
    expect((await operations('parked').getJobs({ status: 'parked' })).jobs).toHaveLength(1);
  });

  test('comes out whole, each item in exactly one batch, in its order', async () => {
    await operations('parked').resume();
    await operations('draining').resume();
    expect((await operations('failed').getJobs({ status: 'failed' })).jobs).toHaveLength(1);
    expect(await operations('failed').redriveAll()).toBe(1);
    // what may take longest waits for two hours
    for (let round = 0; round < 3; round++) {
      stage.clock.advance(3_600_000);
      await stage.run(process, 2);
    }
    expect(evidence.verdict(name => maxSizeOf(name as Name), besides)).toEqual([]);
    expect(process.warnings.map(String)).toEqual([
      // what a dead writer had reserved
      'undefined',
    ]);
  });

  test('leaves no job behind that has not ended, and no message', async () => {
    for (const { name } of process.definitions) {
      const { jobs } = await operations(name as Name).getJobs();
      const open = jobs.filter(({ status }) => !['completed', 'dead'].includes(status));
      expect([name, open]).toEqual([name, []]);
    }
    // no buffer has an open window, nor a marker
    expect((await process.services.store.index.start(1_000)).entries).toEqual([]);
    expect(stage.queues.held).toEqual([]);
    expect(evidence.onDeadCalls.map(({ batch, ids }) => [batch, ids])).toEqual([
      ['dead', ['d1', 'd2', 'd3', 'd4', 'd5']],
    ]);
  });
});

function read(version: string): Stored & { readonly evidence: Evidence } {
  const text = readFileSync(join(import.meta.dirname, `stored-by-${version}.json`), 'utf8');
  return JSON.parse(text, (_, value: unknown) => toBytes(value)) as Stored & { readonly evidence: Evidence };
}

/** Bytes are written as DynamoDB's JSON has them, `{"B": <base64>}`. */
function toBytes(value: unknown): unknown {
  const { B } = (value ?? {}) as { B?: unknown };
  return typeof B === 'string' ? ({ B: Buffer.from(B, 'base64') } as AttributeValue) : value;
}
