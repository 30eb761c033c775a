import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { type Topology, topology } from '#lib/topology';
import { CisternStack, type CisternStackProps } from '../../infra/cistern-stack.ts';

// loading the engine that validates templates takes longer than all of a suite; `npm run synth` validates
process.env['CDK_VALIDATION'] ??= 'false';

export const ROOT: string = join(import.meta.dirname, '../..');

/** A resource as a template has it. */
export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

/** A deployment's template with the topology that it is made of. */
export interface Synthesised {
  readonly stack: CisternStack;
  readonly template: Template;
  readonly topology: Topology;
  /** The resources of a type, by logical id. */
  resources(type: string): Record<string, Resource>;
  /** The one resource of a type whose property has that value. */
  named(type: string, property: string, name: string): { readonly id: string } & Resource;
}

/** Synthesises a deployment of these batches, with functions whose code is a placeholder. */
export function synthesise(
  deployment: string,
  batches: readonly string[],
  props: Partial<CisternStackProps> = {},
): Synthesised {
  const { context }: { context: Record<string, unknown> } = JSON.parse(
    readFileSync(join(ROOT, 'cdk.json'), 'utf8'),
  );
  const directory = mkdtempSync(join(tmpdir(), 'cistern-synth-'));
  const placeholder = join(directory, 'code');
  mkdirSync(placeholder);
  writeFileSync(join(placeholder, 'index.mjs'), 'export const handler = () => {};\n');
  const stack = new CisternStack(new App({ context, outdir: join(directory, 'cdk.out') }), 'Cistern', {
    deployment,
    batches,
    code: {
      ingest: placeholder,
      timer: placeholder,
      ticker: placeholder,
      consumer: placeholder,
      'dead-letter': placeholder,
    },
    ...props,
  });
  const template = Template.fromStack(stack);
  rmSync(directory, { recursive: true });
  const resources = (type: string) => template.findResources(type) as Record<string, Resource>;
  return {
    stack,
    template,
    topology: topology(deployment, batches),
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

/** A deployment with a plain name and one that queues cannot have. */
export const BATCHES = ['orders', 'audit.log'] as const;
