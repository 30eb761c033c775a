import { describe, expect, test } from '@jest/globals';
import { rightsOf } from './rights.ts';
import { BATCHES, synthesise } from './synthesise.ts';

const shop = synthesise('shop', BATCHES);
const { functions, batches } = shop.topology;
const names = [...Object.values(functions), ...batches.map(({ consumer }) => consumer)].map(
  ({ name }) => name,
);

const TABLE = 'shop';
const TIMER = 'shop-timer';
const SEND = ['sqs:SendMessage'];
const RECEIVE = ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'];
const each = (queues: readonly { readonly name: string }[], actions: string[]) =>
  Object.fromEntries(queues.map(({ name }) => [name, actions]));
const toAllJobs = each(
  batches.map(({ jobs }) => jobs),
  SEND,
);
const log = (name: string) => ({ [`/aws/lambda/${name}`]: ['logs:CreateLogStream', 'logs:PutLogEvents'] });

describe('each function may do what its code does, and nothing else', () => {
  test('ingest adds, seals and publishes', () => {
    expect(rightsOf(shop, functions.ingest.name)).toEqual({
      [TABLE]: ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
      ...toAllJobs,
      [TIMER]: SEND,
      ...log('shop-ingest'),
    });
  });

  test('timer seals and publishes', () => {
    expect(rightsOf(shop, functions.timer.name)).toEqual({
      [TABLE]: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
      ...toAllJobs,
      [TIMER]: [...RECEIVE, ...SEND],
      ...log('shop-timer'),
    });
  });

  test('ticker queries the index, and the index alone', () => {
    expect(rightsOf(shop, functions.ticker.name)).toEqual({
      [`${TABLE}/index/due`]: ['dynamodb:Query'],
      [TABLE]: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
      ...toAllJobs,
      [TIMER]: SEND,
      ...log('shop-ticker'),
    });
  });

  test.each(batches)('the consumer of $batch reads windows, and knows no job queue but its own', batch => {
    expect(rightsOf(shop, batch.consumer.name)).toEqual({
      [TABLE]: [
        'dynamodb:BatchGetItem',
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'dynamodb:Query',
        'dynamodb:UpdateItem',
      ],
      [batch.jobs.name]: ['sqs:ChangeMessageVisibility', ...RECEIVE, ...SEND],
      [TIMER]: SEND,
      ...log(batch.consumer.name),
    });
  });

  test('dead-letter buries, or sends back to work', () => {
    expect(rightsOf(shop, functions.deadLetter.name)).toEqual({
      [TABLE]: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
      ...toAllJobs,
      ...each(
        batches.map(({ dead }) => dead),
        RECEIVE,
      ),
      ...log('shop-dead-letter'),
    });
  });
});

test.each(names)('%s has no wildcard, in actions or resources', name => {
  for (const [resource, actions] of Object.entries(rightsOf(shop, name))) {
    expect([resource, ...actions].filter(text => text.includes('*'))).toEqual([]);
  }
});

describe('with more names than a policy has room for', () => {
  const long = Array.from({ length: 45 }, (_, i) => `definition-with-quite-a-long-name-number-${i + 100}`);
  const large = synthesise('large', long);

  test('the queues are named by what their names share, within this account and region', () => {
    const patterns = Object.keys(rightsOf(large, large.topology.functions.deadLetter.name));
    expect(patterns).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^arn:.*:sqs:.*AWS::Region.*:.*AWS::AccountId.*:large-jobs-\*$/),
        expect.stringMatching(/^arn:.*:sqs:.*AWS::Region.*:.*AWS::AccountId.*:large-dead-\*$/),
      ]),
    );
  });

  test('a consumer still has its own alone', () => {
    const consumer = large.topology.batches[0]?.consumer.name ?? '';
    expect(Object.keys(rightsOf(large, consumer)).filter(name => name.includes('*'))).toEqual([]);
  });
});

test('fifty definitions are named one by one', () => {
  const fifty = synthesise(
    'fifty',
    Array.from({ length: 50 }, (_, i) => `definition-${i}`),
  );
  const named = Object.keys(rightsOf(fifty, fifty.topology.functions.ingest.name));
  expect(named.filter(name => name.startsWith('fifty-jobs-'))).toHaveLength(50);
});
