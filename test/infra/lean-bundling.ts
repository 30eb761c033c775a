import { join } from 'node:path';
import type { BundlingSpec } from '../../infra/bundling/bundling-options.ts';

const NO_SDK = join(import.meta.dirname, 'fixtures/no-sdk.cjs');
const SDK = [
  '@aws-sdk/client-dynamodb',
  '@aws-sdk/client-sqs',
  '@aws-sdk/util-dynamodb',
  '@smithy/signature-v4',
];
/** What the library imports late, where a deployment is told to. */
const LATE = ['@aws-sdk/client-eventbridge', '@opentelemetry/*', '@aws-lambda-powertools/*'].map(
  name => [`--external:${name}`, true] as const,
);

/** Without source maps, and without the packages for telemetry, which take half of a bundle's time. */
export const SDK_BUNDLED: BundlingSpec = { sourceMap: false, esbuildArgs: Object.fromEntries(LATE) };

/** Without the AWS SDK too: for tests of what happens to the user's own modules. bundle.test.ts is about the rest. */
export const LEAN: BundlingSpec = {
  sourceMap: false,
  esbuildArgs: Object.fromEntries([...LATE, ...SDK.map(name => [`--alias:${name}`, NO_SDK] as const)]),
};
