import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from '@jest/globals';
import { bundleFunctions } from '../../infra/bundling/bundle-functions.ts';
import { SDK_BUNDLED } from './lean-bundling.ts';
import { ROOT } from './synthesise.ts';

const run = promisify(execFile);
const outdir = mkdtempSync(join(tmpdir(), 'cistern-example-'));
afterAll(() => rmSync(outdir, { recursive: true, force: true }));

/** Synthesises a sample. What an app bundles, without a command of its system's, is in app.test.ts. */
async function synthesiseSample(sample: string): Promise<void> {
  const loader = ['--conditions=source', '--import', import.meta.resolve('tsx')];
  await run(process.execPath, [...loader, 'app.ts'], {
    cwd: join(ROOT, 'examples', sample),
    env: {
      ...{ PATH: '', CDK_OUTDIR: outdir, CDK_VALIDATION: 'false' },
      CDK_CONTEXT_JSON: JSON.stringify({ 'aws:cdk:bundling-stacks': [] }),
    },
  });
}

test('the sample app has a deployment in a stack of its own', async () => {
  await synthesiseSample('cdk-app');
  const text = readFileSync(join(outdir, 'Shop.template.json'), 'utf8');
  const { Resources } = JSON.parse(text) as {
    Resources: Record<string, { Type: string; Properties: Record<string, unknown> }>;
  };
  const consumer = Object.values(Resources).find(
    ({ Properties }) => Properties?.['FunctionName'] === 'shop-on-clicks',
  );
  expect(consumer?.Properties).toMatchObject({ MemorySize: 1_024 });
  expect(consumer?.Properties['Environment']).toMatchObject({
    Variables: { CISTERN_BATCH: 'clicks', CLICKS_TABLE: { Ref: expect.stringMatching(/^Clicks/) } },
  });
  expect(text).toContain('shop-jobs-clicks');

  const alarms = Object.values(Resources).filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm');
  const [topic] = Object.entries(Resources).find(([, { Type }]) => Type === 'AWS::SNS::Topic') ?? [];
  for (const { Properties } of alarms) expect(Properties['AlarmActions']).toEqual([{ Ref: topic }]);
  expect(alarms.map(({ Properties }) => Properties['AlarmName'] ?? Properties['MetricName'])).toEqual(
    expect.arrayContaining(['shop/clicks/dead-batches', 'ItemsDuplicate']),
  );
});

test('the sample app’s handler is bundled, with the SDK that it writes by', async () => {
  const project = join(ROOT, 'examples/cdk-app');
  const into = join(outdir, 'consumer');
  const warnings = await bundleFunctions({
    batches: join(project, 'batches/index.ts'),
    project,
    tasks: [{ entry: 'consumer', into, bundling: SDK_BUNDLED, architecture: 'arm64' }],
  });
  expect(warnings).toEqual([]);
  const code = readdirSync(into).map(file => readFileSync(join(into, file), 'utf8'));
  const filesWith = (part: RegExp) => code.filter(text => part.test(text)).length;
  expect(filesWith(/CLICKS_TABLE/)).toBe(1);
  expect(filesWith(/"BatchWriteItem"/)).toBeGreaterThan(0);
  expect(filesWith(/from"@aws-sdk/)).toBe(0);
});

test('the sample with a browser has two levels of access, and a page’s origin', async () => {
  // its definitions run in the browser's test
  await synthesiseSample('browser-producer');
  const { Resources } = JSON.parse(readFileSync(join(outdir, 'Clicks.template.json'), 'utf8')) as {
    Resources: Record<string, { Type: string; Properties: Record<string, unknown> }>;
  };
  const all = (type: string) =>
    Object.values(Resources).flatMap(({ Type, Properties }) => (Type === type ? [Properties] : []));
  const access = Object.fromEntries(
    all('AWS::ApiGatewayV2::Route').map(route => [
      String(route['RouteKey']),
      [route['AuthorizationType'], route['AuthorizationScopes']],
    ]),
  );
  expect(access).toMatchObject({
    'POST /v1/batches/{batch}/items': ['JWT', ['clicks/add']],
    'GET /v1/batches/{batch}/peek': ['AWS_IAM', undefined],
    'POST /v1/jobs/{job}/purge': ['AWS_IAM', undefined],
  });
  const [api] = all('AWS::ApiGatewayV2::Api');
  expect(api).toMatchObject({ CorsConfiguration: { AllowOrigins: ['https://www.example.com'] } });
  const policies = all('AWS::IAM::Policy').map(policy => JSON.stringify(policy));
  const analysts = policies.find(policy => policy.includes('Analysts')) ?? '';
  expect(analysts).toContain('POST/v1/batches/clicks/pause');
  expect(analysts).not.toContain('purge');
});

test('the sample’s page installs the versions that its repository is tested with', () => {
  const page = readFileSync(join(ROOT, 'examples/cdk-app/README.md'), 'utf8');
  const { version, dependencies, devDependencies } = JSON.parse(
    readFileSync(join(ROOT, 'package.json'), 'utf8'),
  );
  const wanted: Record<string, string> = { ...dependencies, ...devDependencies };
  const named = [...page.matchAll(/ (@?[\w/-]+)@(\d[\w.-]*)/g)];
  expect(named.map(([, name]) => name)).toEqual([
    'aws-cdk-lib',
    'constructs',
    'aws-cdk',
    'typescript',
    'esbuild',
    'tsx',
    'hono',
    '@valibot/to-json-schema',
    '@aws-lambda-powertools/logger',
    '@aws-lambda-powertools/metrics',
  ]);
  for (const [, name = '', asked] of named) expect([name, asked]).toEqual([name, wanted[name]]);
  expect(page).toContain(`cistern-${version}.tgz`);
});
