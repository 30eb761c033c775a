import { createHash, createHmac } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { afterEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { awsEnvironment } from '../support/aws-environment.ts';
import { MemoryApi } from '../support/memory-api.ts';
import { runCli } from '../support/run-cli.ts';

const cloudFormation = mockClient(CloudFormationClient);
const ENDPOINT = 'https://abc123.execute-api.eu-west-1.amazonaws.com';

awsEnvironment({ AWS_SESSION_TOKEN: 'session', AWS_REGION: 'us-east-1' });
afterEach(() => void cloudFormation.reset());

function stackWith(outputs: Record<string, string>): void {
  cloudFormation.on(DescribeStacksCommand).resolves({
    Stacks: [
      {
        StackName: 'shop',
        CreationTime: new Date(0),
        StackStatus: 'CREATE_COMPLETE',
        Outputs: Object.entries(outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue })),
      },
    ],
  });
}

async function ask(...args: string[]) {
  const api = new MemoryApi();
  const requests: Request[] = [];
  const ran = await runCli([...args, '--stack', 'shop'], {
    fetch: request => {
      requests.push(request.clone());
      return api.fetch(request);
    },
  });
  return { ...ran, requests, api };
}

describe('--stack', () => {
  test('asks the API that the stack’s outputs name, with a signature for its region', async () => {
    stackWith({ ApiEndpoint: `${ENDPOINT}/`, CisternDeployment: 'shop' });
    const { exitCode, requests, stdout } = await ask('status');
    expect([exitCode, stdout.slice(0, 5)]).toEqual([0, 'BATCH']);
    expect(cloudFormation.commandCalls(DescribeStacksCommand)[0]?.args[0].input).toEqual({
      StackName: 'shop',
    });
    const [request] = requests;
    expect(request?.url).toBe(`${ENDPOINT}/v1/batches`);
    expect(request?.headers.get('authorization')).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-west-1\/execute-api\/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token, Signature=[0-9a-f]{64}$/,
    );
    expect(request?.headers.get('x-amz-security-token')).toBe('session');
  });

  test('signs the body that is sent', async () => {
    stackWith({ ApiEndpoint: ENDPOINT });
    const { requests, api } = await ask('add', 'a:b', '{"text":"ü"}');
    expect(api.asked[0]).toMatchObject({ path: '/v1/batches/a%3Ab/items', body: { item: { text: 'ü' } } });
    const sent = new Uint8Array((await requests[0]?.arrayBuffer()) ?? new ArrayBuffer(0));
    const hash = Buffer.from(await crypto.subtle.digest('SHA-256', sent)).toString('hex');
    expect(requests[0]?.headers.get('x-amz-content-sha256')).toBe(hash);
    expect(requests[0]?.headers.get('content-type')).toBe('application/json');
  });

  test('signs what API Gateway will find signed, whatever is in names', async () => {
    stackWith({ ApiEndpoint: ENDPOINT });
    for (const args of [
      ['status', 'a:b c/(d)'],
      ['jobs', 'clicks', '--group', "a b+c&d=é*'", '--limit', '5'],
      ['flush', 'clicks', '--group', ''],
    ]) {
      const { requests } = await ask(...args);
      const request = requests[0];
      const signature = /Signature=(\w+)/.exec(request?.headers.get('authorization') ?? '')?.[1];
      expect(signature).toBe(request && (await signatureOf(request, 'secret')));
    }
  });

  test('takes credentials and region of --profile', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cistern-profile-'));
    const file = join(folder, 'config');
    await writeFile(
      file,
      '[profile ops]\nregion = sa-east-1\naws_access_key_id = AKIDOPS\naws_secret_access_key = x\n',
    );
    for (const name of ['AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) delete process.env[name];
    process.env['AWS_CONFIG_FILE'] = file;
    stackWith({ ApiEndpoint: 'https://cistern.example.com' });
    const { requests, stderr } = await ask('status', '--profile', 'ops');
    await rm(folder, { recursive: true });
    expect(stderr).toBe('');
    expect(requests[0]?.headers.get('authorization')).toMatch(/Credential=AKIDOPS\/\d{8}\/sa-east-1\//);
  });

  test('that is not there, or is another’s, or may not be seen: 3', async () => {
    cloudFormation.on(DescribeStacksCommand).rejects(new Error('Stack with id shop does not exist'));
    const unknown = await ask('status');
    expect([unknown.exitCode, unknown.requests]).toEqual([3, []]);
    expect(unknown.stderr).toContain(
      '[cli.stack_unusable] The stack "shop" could not be looked up: Stack with id',
    );
    stackWith({ BucketName: 'x' });
    const others = await ask('status', '--json');
    expect(others.exitCode).toBe(3);
    expect(others.problem()).toMatchObject({ code: 'cli.stack_unusable' });
  });

  test('behind a domain of its own is signed for the stack’s region', async () => {
    stackWith({ ApiEndpoint: 'https://cistern.example.com' });
    const { requests } = await ask('status', '--region', 'ap-south-1');
    expect(requests[0]?.headers.get('authorization')).toContain('/ap-south-1/execute-api/');
  });

  test('without credentials: 3, and nothing is sent', async () => {
    stackWith({ ApiEndpoint: ENDPOINT });
    delete process.env['AWS_ACCESS_KEY_ID'];
    delete process.env['AWS_SECRET_ACCESS_KEY'];
    const { exitCode, stderr, requests } = await ask('status');
    expect([exitCode, requests]).toEqual([3, []]);
    expect(stderr).toContain('no AWS credentials');
  });
});

/** The signature as the receiver of a request finds it: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
async function signatureOf(request: Request, secret: string): Promise<string> {
  const { host, pathname, search } = new URL(request.url);
  const authorization = request.headers.get('authorization') ?? '';
  const scope = /Credential=[^/]+\/([^,]+)/.exec(authorization)?.[1] ?? '';
  const names = (/SignedHeaders=([^,]+)/.exec(authorization)?.[1] ?? '').split(';');
  const encode = (text: string) =>
    encodeURIComponent(text).replace(/[!'()*]/g, each => `%${each.charCodeAt(0).toString(16).toUpperCase()}`);
  const query = search
    .slice(1)
    .split('&')
    .filter(part => part !== '')
    .map(part =>
      part
        .split('=')
        .map(each => encode(decodeURIComponent(each)))
        .join('='),
    )
    .sort();
  const canonical = [
    request.method,
    pathname.split('/').map(encode).join('/'),
    query.join('&'),
    ...names.map(name => `${name}:${name === 'host' ? host : request.headers.get(name)}`),
    '',
    names.join(';'),
    sha256(new Uint8Array(await request.clone().arrayBuffer())),
  ].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', request.headers.get('x-amz-date'), scope, sha256(canonical)].join('\n');
  const key = scope.split('/').reduce<Buffer>((of, part) => hmac(of, part), Buffer.from(`AWS4${secret}`));
  return hmac(key, toSign).toString('hex');
}

const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex');
const hmac = (key: Buffer, data: string) => createHmac('sha256', key).update(data).digest();
