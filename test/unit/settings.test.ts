import {
  BatchGetItemCommand,
  DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { Deployment } from '#lib/deployment/deployment';
import { parseSettings, type Settings, settingsFromEnvironment } from '#lib/deployment/settings';
import { DynamoTable } from '#lib/store/dynamo-table';

const TABLE = 'arn:aws:dynamodb:eu-central-1:210987654321:table/shop';
const SETTINGS: Settings = {
  deployment: 'shop',
  queueUrlBase: 'https://sqs.eu-central-1.amazonaws.com/210987654321/',
};
const ENVIRONMENT = {
  CISTERN_DEPLOYMENT: SETTINGS.deployment,
  CISTERN_QUEUE_URL_BASE: SETTINGS.queueUrlBase,
};

describe('a deployment of another account or region', () => {
  test('is reached by its table’s ARN', async () => {
    const dynamodb = mockClient(DynamoDBClient);
    dynamodb.on(GetItemCommand).resolves({});
    const deployment = new Deployment({ ...SETTINGS, tableArn: TABLE });
    await deployment.services.store.controls.readControl('clicks');
    const sent = dynamodb.commandCalls(GetItemCommand).map(async ({ args, thisValue }) => ({
      table: args[0].input.TableName,
      region: await (thisValue as DynamoDBClient).config.region(),
    }));
    expect(await Promise.all(sent)).toEqual([{ table: TABLE, region: 'eu-central-1' }]);
    dynamodb.restore();
    await deployment.close();
  });

  test('is asked by that ARN in every kind of request, whichever way DynamoDB names the table in its answer', async () => {
    const key = { pk: { S: 'a' }, sk: { S: 'b' } };
    for (const named of [TABLE, 'shop']) {
      const dynamodb = mockClient(DynamoDBClient);
      dynamodb
        .on(BatchGetItemCommand)
        .resolvesOnce({ Responses: { [named]: [key] }, UnprocessedKeys: { [named]: { Keys: [key] } } })
        .resolves({ Responses: { [named]: [key] } });
      dynamodb.on(QueryCommand).resolves({ Items: [] });
      dynamodb.on(UpdateItemCommand).resolves({ Attributes: {} });
      const table = new DynamoTable(new DynamoDBClient({ region: 'eu-central-1' }), TABLE);
      expect(
        await table.getAll([
          { pk: 'a', sk: 'b' },
          { pk: 'a', sk: 'c' },
        ]),
      ).toHaveLength(2);
      await table.partition('a', ['sk']);
      await table.update({ pk: 'a', sk: 'b' }, { update: 'SET n = :n', values: { ':n': 1 } });
      for (const { args } of dynamodb.calls()) {
        const { TableName, RequestItems } = args[0].input as {
          TableName?: string;
          RequestItems?: object;
        };
        expect(TableName ?? Object.keys(RequestItems ?? {})[0]).toBe(TABLE);
      }
      dynamodb.restore();
    }
  });

  test('has its table’s region, unless another is said', () => {
    expect(parseSettings({ ...SETTINGS, tableArn: TABLE }).region).toBe('eu-central-1');
    expect(parseSettings({ ...SETTINGS, tableArn: TABLE, region: undefined }).region).toBe('eu-central-1');
    expect(parseSettings({ ...SETTINGS, tableArn: TABLE, region: 'eu-west-1' }).region).toBe('eu-west-1');
    expect(parseSettings(SETTINGS).region).toBeUndefined();
  });

  test('is told of by the environment', () => {
    expect(
      settingsFromEnvironment({
        ...ENVIRONMENT,
        CISTERN_TABLE_ARN: TABLE,
        CISTERN_EVENT_BUS: 'arn:aws:events:eu-central-1:210987654321:event-bus/shop',
      }),
    ).toMatchObject({
      tableArn: TABLE,
      region: 'eu-central-1',
      eventBus: 'arn:aws:events:eu-central-1:210987654321:event-bus/shop',
    });
  });
});

test('variables that are set to nothing are not set', () => {
  const empty = { CISTERN_TABLE_ARN: '', CISTERN_EVENT_BUS: '', CISTERN_TRACING: '' };
  expect(settingsFromEnvironment({ ...ENVIRONMENT, ...empty })).toEqual({
    ...SETTINGS,
    tableArn: undefined,
    eventBus: undefined,
    region: undefined,
    tracing: false,
  });
});

test.each([
  ['tableArn', 'shop', 'the ARN of a table'],
  ['tableArn', 'arn:aws:dynamodb:eu-central-1:210987654321:table/shop/index/due', 'the ARN of a table'],
  ['eventBus', 'a bus', 'an event bus’s name or ARN'],
  ['region', 1, 'a region'],
])('%s cannot be %j', (setting, value, rule) => {
  expect(() => parseSettings({ ...SETTINGS, [setting]: value } as Settings)).toThrow(
    expect.objectContaining({
      code: 'settings.invalid',
      message: expect.stringContaining(`${setting} must be ${rule}`),
    }),
  );
});
