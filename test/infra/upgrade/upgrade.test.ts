import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { StackDefinition } from '../../../infra/options/stack-definition.ts';
import { batchesNamed, STACK_HOLDS, type Synthesised, synthesise } from '../synthesise.ts';
import { resourcesMade, STACKS } from './stacks.ts';
import { broken, type Resources, resourcesOf } from './template-resources.ts';

/** What the version before made, as `record.ts` wrote it down. */
const BEFORE = JSON.parse(readFileSync(join(import.meta.dirname, 'resources.json'), 'utf8')) as Readonly<
  Record<keyof typeof STACKS, Resources>
>;

const idOf = (resources: Resources, line: RegExp): string =>
  Object.entries(resources).find(([, each]) => line.test(each))?.[0] ?? 'none';

describe('an update from the version before replaces and deletes nothing, in a stack with', () => {
  test.each(Object.keys(STACKS) as (keyof typeof STACKS)[])('%s', name => {
    const before = BEFORE[name];
    expect(Object.keys(before).length).toBeGreaterThan(100);
    expect(broken(before, resourcesMade(STACKS[name]))).toEqual([]);
  });
});

describe('what an update would break is told:', () => {
  const before = BEFORE['no option'];
  const changed = (line: RegExp, change: (was: string) => string): string[] => {
    const id = idOf(before, line);
    return broken(before, { ...before, [id]: change(before[id] ?? '') });
  };

  test('nothing of a stack that stays as it is, or gets more', () => {
    expect(broken(before, before)).toEqual([]);
    expect(broken(before, { ...before, NewQueue: 'AWS::SQS::Queue shop-new' })).toEqual([]);
  });

  test.each([
    ['a queue with another name', /Queue shop-timer/, (was: string) => was.replace('timer', 'timers')],
    ['a table of another type', /GlobalTable shop/, (was: string) => was.replace('GlobalTable', 'Table')],
    ['a table with another key', /GlobalTable shop/, (was: string) => was.replace('pk+sk', 'pk')],
    ['a table with another index', /GlobalTable shop/, (was: string) => was.replace('tick+dueAt', 'dueAt')],
    [
      'a table that goes with its stack',
      /GlobalTable shop/,
      (was: string) => was.replace(', is retained', ''),
    ],
    ['a log group with another name', /LogGroup .*shop-ingest/, (was: string) => was.replace('ingest', 'in')],
    [
      'a log group of another class',
      /LogGroup .*shop-ingest/,
      (was: string) => `${was}, LogGroupClass INFREQUENT_ACCESS`,
    ],
  ])('%s', (_, line, change) => {
    expect(changed(line, change)).toEqual([expect.stringContaining('is replaced')]);
  });

  test('a queue under another logical id, which is the old one’s deletion', () => {
    const id = idOf(before, /Queue shop-dead/);
    const { [id]: line = '', ...others } = before;
    expect(broken(before, { ...others, Renamed: line })).toEqual([`${id} is deleted: ${line}`]);
  });

  describe.each(Object.keys(STACKS) as (keyof typeof STACKS)[])(
    'planted in the template of a stack with %s,',
    name => {
      const before = BEFORE[name];
      const template = STACKS[name]().template.toJSON() as Parameters<typeof resourcesOf>[0];
      const { Resources } = template;
      const planted = (change: typeof Resources) => broken(before, resourcesOf({ Resources: change }));
      const recorded = Object.entries(Resources).filter(([id]) => id in before);

      test('the deletion of any resource', () => {
        expect(recorded.length).toBeGreaterThan(100);
        for (const [id] of recorded) {
          const { [id]: _, ...others } = Resources;
          expect(planted(others)).toEqual([`${id} is deleted: ${before[id]}`]);
        }
      });

      test.each([
        ['a table', 'AWS::DynamoDB::GlobalTable', 'TableName'],
        ['a queue', 'AWS::SQS::Queue', 'QueueName'],
        ['a log group', 'AWS::Logs::LogGroup', 'LogGroupName'],
        ['a function', 'AWS::Lambda::Function', 'FunctionName'],
      ])('the replacement of %s, by another name and by another type', (_, type, property) => {
        const those = recorded.filter(([, { Type }]) => Type === type);
        expect(those.length).toBeGreaterThan(0);
        for (const [id, resource] of those) {
          const told = [expect.stringContaining(`${id} is replaced: ${type}`)];
          const renamed = { ...resource, Properties: { ...resource.Properties, [property]: 'another' } };
          expect(planted({ ...Resources, [id]: renamed })).toEqual(told);
          expect(planted({ ...Resources, [id]: { ...resource, Type: 'AWS::Another' } })).toEqual(told);
        }
      });
    },
  );

  test('also in a template, where a construct’s id is another', () => {
    const { template } = synthesise('shop', batchesNamed('orders'));
    const made = template.toJSON() as Parameters<typeof resourcesOf>[0];
    const planted = JSON.parse(
      JSON.stringify(made).replaceAll(idOf(resourcesOf(made), /Queue shop-jobs-orders/), 'Moved'),
    );
    expect(broken(resourcesOf(made), resourcesOf(planted))).toEqual([
      expect.stringContaining('is deleted: AWS::SQS::Queue shop-jobs-orders'),
      // it reads another queue then
      expect.stringContaining('is replaced: AWS::Lambda::EventSourceMapping'),
    ]);
  });
});

describe('a stack’s definitions', () => {
  const made = (...definitions: readonly StackDefinition[]): Resources =>
    resourcesOf(synthesise('shop', definitions).template.toJSON() as Parameters<typeof resourcesOf>[0]);
  const [orders, views, visits] = batchesNamed('orders', 'views', 'visits') as [
    StackDefinition,
    StackDefinition,
    StackDefinition,
  ];
  const both = made(orders, views);
  const alone = made(orders);
  const pooled = (definition: StackDefinition): StackDefinition => ({ ...definition, pool: 'small' });
  const kinds = (lost: readonly string[]) => [
    ...new Set(lost.map(each => each.replace(/^.*: (\S+).*$/, '$1'))),
  ];

  test('can grow by one, which changes no other', () => {
    expect(broken(alone, both)).toEqual([]);
    expect(broken(both, made(views, orders))).toEqual([]);
  });

  test('can lose one: what is deleted is its own, and the table stays', () => {
    const lost = broken(both, alone);
    expect(lost.length).toBeGreaterThan(0);
    for (const each of lost) expect(each).toMatch(/ is deleted: .*|views/);
    expect(lost.join('\n')).toContain('AWS::SQS::Queue shop-jobs-views');
    expect(kinds(lost)).not.toContain('AWS::DynamoDB::GlobalTable');
    expect(lost.join('\n')).not.toContain('orders');
  });

  test('get back one that was removed as it was: the same ids and names', () => {
    expect(broken(both, made(orders, views))).toEqual([]);
  });

  test('have one that is renamed: its old resources go, and new ones come', () => {
    const renamed = made(orders, visits);
    expect(broken(both, renamed)).toEqual(broken(both, alone));
    expect(broken(alone, renamed)).toEqual([]);
  });

  test('have one that joins a pool: its own queue and function go, and those of the pool change in place', () => {
    const before = made(orders, views, pooled(visits));
    const joined = made(orders, pooled(views), pooled(visits));
    const lost = broken(before, joined).join('\n');
    expect(lost).toContain('AWS::SQS::Queue shop-jobs-views');
    expect(lost).toContain('AWS::Lambda::Function shop-on-views');
    expect(lost).not.toMatch(/shop-pool-small|orders|GlobalTable/);
    const left = broken(joined, before).join('\n');
    expect(left).not.toMatch(/(Queue|Function|LogGroup) .*shop-pool-small|orders|GlobalTable/);
  });
});

describe('CloudFormation updates', () => {
  const many = batchesNamed(
    ...Array.from({ length: STACK_HOLDS }, (_, i) => `${'a-batch-'.repeat(6).slice(0, 46)}${i + 10}`),
  );
  test.each([
    { what: 'a few definitions', stack: synthesise('shop', batchesNamed('orders', 'audit.log')) },
    // whose queues no right names one by one
    { what: 'many definitions', stack: synthesise('shop', many, { alarms: false, dashboard: false }) },
  ])('queues before functions, and both before what connects them, in a stack with $what', ({ stack }) => {
    const needed = dependencies(stack);
    const queues = Object.keys(stack.resources('AWS::SQS::Queue'));
    const [table = ''] = Object.keys(stack.resources('AWS::DynamoDB::GlobalTable'));
    const shared = Object.entries(stack.resources('AWS::Lambda::Function')).filter(
      ([, { Properties }]) => !String(Properties['FunctionName']).startsWith('shop-on-'),
    );
    expect(shared.length).toBeGreaterThan(10);
    for (const [id] of shared) expect([...needed(id)]).toEqual(expect.arrayContaining([...queues, table]));
    const mappings = Object.entries(stack.resources('AWS::Lambda::EventSourceMapping'));
    for (const [id, { Properties }] of mappings) {
      const { 'Fn::GetAtt': [queue] = [] } = Properties['EventSourceArn'] as {
        readonly 'Fn::GetAtt'?: readonly string[];
      };
      const { Ref } = Properties['FunctionName'] as { readonly Ref: string };
      expect([...needed(id)]).toEqual(expect.arrayContaining([queue, Ref]));
      expect([...needed(Ref)]).toContain(queue);
    }
  });
});

/** All resources that are made, or updated, before one: by DependsOn, Ref and Fn::GetAtt. */
function dependencies({ template }: Synthesised): (id: string) => ReadonlySet<string> {
  const all = template.toJSON()['Resources'] as Readonly<Record<string, unknown>>;
  const direct = new Map(
    Object.entries(all).map(([id, resource]) => {
      const named = [...JSON.stringify(resource).matchAll(/"([A-Za-z0-9]+)"/g)].map(([, word = '']) => word);
      return [id, named.filter(word => word !== id && word in all)] as const;
    }),
  );
  return id => {
    const found = new Set<string>();
    const visit = (of: string): void => {
      for (const next of direct.get(of) ?? []) {
        if (found.has(next)) continue;
        found.add(next);
        visit(next);
      }
    };
    visit(id);
    return found;
  };
}
