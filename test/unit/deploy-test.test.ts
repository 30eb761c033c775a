import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DescribeTimeToLiveCommand, DynamoDBClient, UpdateTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import { GetQueueAttributesCommand, SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { Deployed } from '../deploy/deployed.ts';
import { setWhatWasDropped } from '../deploy/dropped-settings.ts';
import { Evidence } from '../deploy/evidence.ts';
import type { Item } from '../deploy/item.ts';
import { leaveNothing } from '../deploy/leave-nothing.ts';
import { findPython } from '../deploy/ministack.ts';
import { Phases } from '../deploy/phases.ts';
import { ROOT } from '../deploy/root.ts';
import { findTarget, type Target } from '../deploy/target.ts';
import type { Run } from '../deploy/witness.ts';

/** What `npm run test:deploy` does where it cannot go on, and on AWS, where it is not run by every commit. */

const target: Target = {
  name: 'AWS',
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  endpoint: undefined,
  ephemeral: false,
  stop: async () => undefined,
};
const emulator: Target = { ...target, name: 'an emulator', endpoint: 'http://127.0.0.1:1' };

describe('what is deployed', () => {
  const scene = (destroyed: Promise<void> = Promise.resolve()) => {
    const destroy = jest.fn(() => destroyed);
    return { destroy, cdk: { destroy, destroyCommand: 'npx cdk destroy this' } };
  };
  const fail = async () => Promise.reject(new Error('No batch came out.'));

  test.each([
    ['is destroyed after a good run', target, async () => undefined, 1],
    [
      'is destroyed after a good run on an emulator of its own',
      { ...target, ephemeral: true },
      async () => {},
      1,
    ],
    ['is destroyed when the run has failed, too', target, fail, 1],
    ['is left to an emulator of its own when the run has failed', { ...target, ephemeral: true }, fail, 0],
  ])('%s', async (_, to, drive, times) => {
    const { cdk, destroy } = scene();
    const run = leaveNothing(cdk, to, drive);
    await (drive === fail ? expect(run).rejects.toThrow('No batch came out.') : run);
    expect(destroy).toHaveBeenCalledTimes(times);
  });

  test('and cannot be destroyed: that is told with the command that would, and hides no failure', async () => {
    const said = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    const refusal = new Error('Access denied.');
    const { cdk } = scene(Promise.reject(refusal));
    await expect(leaveNothing(cdk, target, async () => undefined)).rejects.toThrow('npx cdk destroy this');
    await expect(leaveNothing(cdk, target, fail)).rejects.toThrow('No batch came out.');
    expect(said).toHaveBeenCalledWith(refusal, expect.stringContaining('npx cdk destroy this'));
    said.mockRestore();
  });
});

describe('where to deploy to', () => {
  const given = { ...process.env };
  afterEach(() => {
    for (const name of Object.keys(process.env)) if (!(name in given)) delete process.env[name];
    Object.assign(process.env, given);
  });
  const find = (environment: Readonly<Record<string, string>>) => {
    Object.assign(process.env, environment);
    return findTarget(new Phases(), 'nowhere');
  };
  const credentials = { AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret' };

  test.each(['AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_SQS'])(
    'is not AWS while %s has the SDK go elsewhere',
    async name => {
      const asked = find({ ...credentials, CISTERN_DEPLOY_TO: 'aws', [name]: 'http://127.0.0.1:4566' });
      await expect(asked).rejects.toThrow(`CISTERN_DEPLOY_TO=aws deploys to AWS, and ${name} names another`);
    },
  );

  test('is AWS when that is asked for, and an emulator that runs when its endpoint is given', async () => {
    expect(await find({ ...credentials, CISTERN_DEPLOY_TO: 'aws' })).toMatchObject({
      name: 'AWS',
      endpoint: undefined,
      ephemeral: false,
    });
    delete process.env['CISTERN_DEPLOY_TO'];
    const endpoint = 'http://127.0.0.1:4566';
    expect(await find({ AWS_ENDPOINT_URL: endpoint })).toMatchObject({ endpoint, ephemeral: false });
  });

  test('is nothing else, and not AWS without credentials', async () => {
    await expect(find({ CISTERN_DEPLOY_TO: 'azure' })).rejects.toThrow('CISTERN_DEPLOY_TO is "azure"');
    await expect(find({ CISTERN_DEPLOY_TO: 'aws', AWS_ACCESS_KEY_ID: '' })).rejects.toThrow(
      'wants AWS_ACCESS_KEY_ID',
    );
  });
});

test('without a Python that will do, it says what to install and what to do instead', () => {
  expect(() => findPython(['no-such-python'])).toThrow(
    /wants Python 3\.10 or newer with venv and pip\..*apt-get install python3 python3-venv.*AWS_ENDPOINT_URL=http:\/\/127\.0\.0\.1:4566\.$/,
  );
});

describe('settings that are not there after a deployment', () => {
  const definitions = join(import.meta.dirname, '../deploy/definitions/first.ts');
  const scene = (to: Target) => {
    const sqs = mockClient(SQSClient);
    const dynamodb = mockClient(DynamoDBClient);
    sqs.on(GetQueueAttributesCommand).resolves({ Attributes: { QueueArn: 'arn:aws:sqs:us-east-1:0:queue' } });
    sqs.on(SetQueueAttributesCommand).resolves({});
    dynamodb.on(DescribeTimeToLiveCommand).resolves({});
    dynamodb.on(UpdateTimeToLiveCommand).resolves({});
    const asked: string[] = [];
    // pages are not let in until somebody says so
    jest.spyOn(globalThis, 'fetch').mockImplementation(async (given, init) => {
      const { method, url } = new Request(given, init);
      asked.push(`${method} ${new URL(url).pathname}`);
      return new Response('{}', { status: method === 'OPTIONS' ? 403 : 200 });
    });
    const outputs = { ApiEndpoint: 'https://abc123.execute-api.us-east-1.amazonaws.com' };
    return {
      sqs,
      dynamodb,
      asked,
      set: () => setWhatWasDropped(new Deployed('shop', to, outputs), definitions),
    };
  };
  afterEach(() => {
    jest.restoreAllMocks();
  });

  test('are set on an emulator, which drops them', async () => {
    const { sqs, dynamodb, asked, set } = scene(emulator);
    const dropped = await set();
    expect(dropped).toContain('the pages that may call the API');
    expect(asked).toEqual([
      expect.stringMatching(/^OPTIONS /),
      expect.stringMatching(/^P\w+ \/v2\/apis\/abc123/),
    ]);
    expect(dropped).toContain('the redrive of shop-jobs-failing');
    expect(dropped).toContain('the TTL of shop');
    const [first] = sqs.commandCalls(SetQueueAttributesCommand);
    expect(JSON.parse(first?.args[0].input.Attributes?.['RedrivePolicy'] ?? '')).toEqual({
      deadLetterTargetArn: 'arn:aws:sqs:us-east-1:0:shop-dead',
      maxReceiveCount: expect.any(Number),
    });
    expect(dynamodb.commandCalls(UpdateTimeToLiveCommand)).toHaveLength(1);
  });

  test('are a fault on AWS, which drops nothing', async () => {
    const { sqs, dynamodb, set } = scene(target);
    await expect(set()).rejects.toThrow(/is missing, and AWS drops nothing of a template/);
    expect(sqs.commandCalls(SetQueueAttributesCommand)).toHaveLength(0);
    expect(dynamodb.commandCalls(UpdateTimeToLiveCommand)).toHaveLength(0);
  });
});

test('a second batch with items that have been out is a breach when all is judged again', async () => {
  const run = { by: 'handler', group: undefined, attempt: 1, reason: 'size', createdAt: 0, at: 0 } as const;
  const item = { id: 'a' } as Item;
  const runs: Run[] = [{ ...run, job: 'first', items: [item] }];
  const deployed = { runs: async () => runs } as unknown as Deployed;
  const evidence = new Evidence('twice');
  await evidence.add(async () => [{ job: 'first', slot: 0, duplicate: false }], [item]);
  await evidence.judge(deployed, { maxSize: 1 });
  expect(await Evidence.judgeAllAgain(deployed)).toContain('twice');
  runs.push({ ...run, job: 'second', items: [item] });
  await expect(Evidence.judgeAllAgain(deployed)).rejects.toThrow('item a is in 2 batches');
});

test('the image of MiniStack in compose.yaml has the version that the test installs', () => {
  const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
  const [, image] = /ministackorg\/ministack:(\S+)/.exec(read('compose.yaml')) ?? [];
  const [, installed] = /^ministack==(\S+)/m.exec(read('test/deploy/requirements.txt')) ?? [];
  expect(image).toBe(installed);
});
