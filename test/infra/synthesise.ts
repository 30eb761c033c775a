import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { App, type Environment, Stack } from 'aws-cdk-lib/core';
import { type Topology, topology } from '#lib/topology';
import { ENTRIES, type Entry } from '../../infra/bundling/bundle.ts';
import type { CodeDirectories } from '../../infra/bundling/function-code.ts';
import type { DeploymentOptions } from '../../infra/cistern-props.ts';
import { CisternResources } from '../../infra/cistern-resources.ts';
import { addOutputs } from '../../infra/constructs/outputs.ts';
import type { StackDefinition } from '../../infra/options/stack-definition.ts';

/** Definitions for which CloudFormation's 500 resources last. */
export const STACK_HOLDS = 50;
/** The same without alarms and dashboard. */
export const STACK_HOLDS_UNWATCHED = 83;

export const ROOT: string = join(import.meta.dirname, '../..');

/** A resource as a template has it. */
export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

/** A deployment's template with the topology that it is made of. */
export interface Synthesised {
  readonly stack: Stack;
  readonly cistern: CisternResources;
  readonly template: Template;
  readonly topology: Topology;
  /** The resources of a type, by logical id. */
  resources(type: string): Record<string, Resource>;
  /** The one resource of a type whose property has that value. */
  named(type: string, property: string, name: string): { readonly id: string } & Resource;
}

const NO_RETRIES: StackDefinition['retries'] = {
  max: 0,
  strategy: 'fixed',
  baseDelay: 0,
  jitter: false,
};

/** What a deployment's shape depends on of definitions that say as little as they may. */
export const batchesNamed = (...names: readonly string[]): StackDefinition[] =>
  names.map(name => ({ name, maxWaitMs: 5_000, retries: NO_RETRIES }));

/** A placeholder for the functions' code. */
export function codeIn(directory: string): CodeDirectories {
  const placeholder = join(directory, 'code');
  mkdirSync(placeholder);
  writeFileSync(join(placeholder, 'index.mjs'), 'export const handler = () => {};\n');
  return Object.fromEntries(ENTRIES.map(entry => [entry, placeholder])) as Record<Entry, string>;
}

/** Synthesises a deployment of these definitions, with functions whose code is a placeholder. */
export function synthesise(
  deployment: string,
  definitions: readonly StackDefinition[],
  more: DeploymentOptions | ((stack: Stack) => DeploymentOptions) = {},
  extend: (cistern: CisternResources, stack: Stack) => void = () => undefined,
  env: Environment = {},
): Synthesised {
  const { context }: { context: Record<string, unknown> } = JSON.parse(
    readFileSync(join(ROOT, 'cdk.json'), 'utf8'),
  );
  const directory = mkdtempSync(join(tmpdir(), 'cistern-synth-'));
  const outdir = join(directory, 'cdk.out');
  const stack = new Stack(new App({ context, outdir, treeMetadata: false }), 'Cistern', { env });
  const cistern = new CisternResources(stack, 'Default', {
    ...(typeof more === 'function' ? more(stack) : more),
    deployment,
    definitions,
    code: codeIn(directory),
  });
  addOutputs(stack, cistern);
  extend(cistern, stack);
  const template = Template.fromStack(stack);
  rmSync(directory, { recursive: true });
  const resources = (type: string) => template.findResources(type) as Record<string, Resource>;
  return {
    stack,
    cistern,
    template,
    topology: topology(deployment, definitions),
    resources,
    named(type, property, name) {
      const found = Object.entries(resources(type)).find(
        ([, { Properties }]) => Properties[property] === name,
      );
      if (!found) throw new Error(`The template has no ${type} whose ${property} is ${name}.`);
      const [id, resource] = found;
      return { id, ...resource };
    },
  };
}

/** A plain name with all the defaults, and one that queues cannot have with none. */
export const BATCHES: readonly StackDefinition[] = [
  ...batchesNamed('orders'),
  {
    name: 'audit.log',
    maxWaitMs: 3_600_000,
    retries: { ...NO_RETRIES, max: 5 },
    timeout: 90_000,
    concurrency: 3,
  },
];
