import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createDynamoDB } from '#lib/store/clients';
import { createSqs } from '#lib/store/sqs-queues';

/** Where the SDK's own chain looks for credentials, and what keeps it from this machine's. */
const NOWHERE = {
  AWS_ACCESS_KEY_ID: undefined,
  AWS_SECRET_ACCESS_KEY: undefined,
  AWS_SESSION_TOKEN: undefined,
  AWS_PROFILE: undefined,
  AWS_CONFIG_FILE: '/nowhere/config',
  AWS_SHARED_CREDENTIALS_FILE: '/nowhere/credentials',
  AWS_EC2_METADATA_DISABLED: 'true',
} as const;
const CLIENTS = [
  ['DynamoDB', createDynamoDB],
  ['SQS', createSqs],
] as const;

/** Every other test has an emulator with credentials of its own: a producer on AWS has the SDK's chain. */
describe('a process with the credentials that the SDK finds', () => {
  const before = { ...process.env };
  let server: Server;
  const seen: (string | undefined)[] = [];

  beforeAll(async () => {
    server = createServer(({ headers }, answer) => {
      seen.push(headers.authorization);
      answer.setHeader('content-type', 'application/x-amz-json-1.0').end('{"MessageId":"m"}');
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => {
    server.close();
  });
  beforeEach(() => {
    seen.length = 0;
    set(NOWHERE);
  });
  afterEach(() => {
    process.env = { ...before };
  });

  const set = (variables: Readonly<Record<string, string | undefined>>): void => {
    for (const [name, value] of Object.entries(variables)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };

  test('reaches DynamoDB and SQS', async () => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    set({
      AWS_ACCESS_KEY_ID: 'AKIDOFTHEENVIRONMENT',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_ENDPOINT_URL: url,
    });
    const dynamodb = createDynamoDB({ region: 'eu-west-1' });
    const sqs = createSqs({ region: 'eu-west-1' });
    await dynamodb.send(new GetItemCommand({ TableName: 'shop', Key: { pk: { S: 'a' } } }));
    await sqs.send(new SendMessageCommand({ QueueUrl: `${url}/1/shop-timer`, MessageBody: 'm' })).catch(
      // the answer is none of SQS's: what counts is that the request was sent
      ({ name }: Error) => expect(name).not.toBe('TypeError'),
    );
    expect(seen).toHaveLength(2);
    for (const each of seen) expect(each).toContain('Credential=AKIDOFTHEENVIRONMENT/');
    dynamodb.destroy();
    sqs.destroy();
  });

  test.each(CLIENTS)('is told where there are none, by the client of %s', async (_, create) => {
    const client = create({ region: 'eu-west-1' });
    await expect(client.config.credentials()).rejects.toMatchObject({ name: 'CredentialsProviderError' });
    client.destroy();
  });
});
