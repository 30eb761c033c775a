import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { App, Stack } from 'aws-cdk-lib/core';
import { ENTRIES, type Entry } from '../bundling/bundle.ts';
import type { DeploymentOptions } from '../cistern-props.ts';
import { CisternResources } from '../cistern-resources.ts';
import type { StackDefinition } from '../options/stack-definition.ts';

export const SAMPLE_DEPLOYMENT = 'shop';
/** Two, so that what is one definition's own can be told from what is for all. */
const SAMPLE_BATCHES = ['departures', 'arrivals'] as const;

/** Definitions that ask for nothing. */
export const SAMPLE_DEFINITIONS: readonly StackDefinition[] = SAMPLE_BATCHES.map(name => ({
  name,
  maxWaitMs: 1_000,
  retries: { max: 0, strategy: 'fixed', baseDelay: 0, jitter: false },
}));

export interface SampleOf {
  readonly definition?: Partial<StackDefinition>;
  readonly options?: (stack: Stack) => DeploymentOptions;
}

/** The template of a deployment whose functions have no code to speak of: their rights do not depend on it. */
export function sample({ definition = {}, options = () => ({}) }: SampleOf): Template {
  const directory = mkdtempSync(join(tmpdir(), 'cistern-rights-'));
  try {
    const stack = new Stack(new App({ outdir: join(directory, 'cdk.out') }), 'Cistern');
    new CisternResources(stack, 'Cistern', {
      ...options(stack),
      deployment: SAMPLE_DEPLOYMENT,
      definitions: SAMPLE_DEFINITIONS.map(plain => ({ ...plain, ...definition })),
      code: placeholders(join(directory, 'code')),
    });
    return Template.fromStack(stack);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function placeholders(directory: string): Record<Entry, string> {
  mkdirSync(directory);
  writeFileSync(join(directory, 'index.mjs'), 'export const handler = () => {};\n');
  return Object.fromEntries(ENTRIES.map(entry => [entry, directory])) as Record<Entry, string>;
}
