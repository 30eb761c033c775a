import { describe, expect, test } from '@jest/globals';
import { Architecture, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { BundleTask } from '../../infra/bundling/bundle-task.ts';
import { bundlingOf } from '../../infra/bundling/bundling-of.ts';
import { consumerKey, functionCode } from '../../infra/bundling/function-code.ts';
import type { DeploymentOptions } from '../../infra/cistern-props.ts';

const tasksOf = (options: DeploymentOptions) => {
  const { tasks, code } = functionCode(bundlingOf(options), { output: '/out', project: '/app' });
  const into = (folder: string | undefined) => tasks.find(task => task.into === folder);
  return {
    tasks,
    /** The code of a function that all batches share, or of consumers without options of their own. */
    of: (entry: BundleTask['entry']) => into(code[entry]),
    batch: (batch: string) => into(code.consumers?.get(consumerKey({ batch, pool: undefined }))),
    pool: (pool: string) => into(code.consumers?.get(consumerKey({ batch: '', pool }))),
  };
};
const ALL_X64 = { architecture: Architecture.X86_64, functionDefaults: { runtime: Runtime.NODEJS_22_X } };

test('the commands of hooks are told the app’s folder and that of the function’s code', () => {
  const { batch } = tasksOf({
    consumers: {
      orders: {
        bundling: {
          commandHooks: {
            beforeBundling: (app, code) => [`before ${app} ${code}`],
            beforeInstall: () => ['install'],
            afterBundling: () => ['after'],
          },
        },
      },
    },
  });
  const { hooks, into } = batch('orders') ?? {};
  expect(hooks).toEqual({
    beforeBundling: [`before /app ${into}`],
    beforeInstall: ['install'],
    afterBundling: ['after'],
  });
});

describe('a function is bundled', () => {
  test('for the processor and the Node.js of all, unless it has its own', () => {
    const { tasks } = tasksOf({});
    expect(tasks.map(({ architecture, node }) => [architecture, node])).toEqual(
      tasks.map(() => ['arm64', 24]),
    );
    const own = tasksOf({
      ...ALL_X64,
      functions: { ingest: { architecture: Architecture.ARM_64 }, timer: { runtime: Runtime.NODEJS_24_X } },
      consumers: { orders: { architecture: Architecture.ARM_64 } },
      pools: { small: { runtime: Runtime.NODEJS_24_X } },
    });
    expect(own.of('ticker')).toMatchObject({ architecture: 'x64', node: 22 });
    expect(own.of('ingest')).toMatchObject({ architecture: 'arm64', node: 22 });
    expect(own.of('timer')).toMatchObject({ architecture: 'x64', node: 24 });
    expect(own.of('consumer')).toMatchObject({ architecture: 'x64', node: 22 });
    expect(own.batch('orders')).toMatchObject({ architecture: 'arm64', node: 22 });
    expect(own.pool('small')).toMatchObject({ architecture: 'x64', node: 24 });
  });

  test('by the options of all, joined with its own', () => {
    const { of, batch, pool } = tasksOf({
      bundling: { minify: false, nodeModules: ['sharp'], define: { A: '1' } },
      functions: { deadLetter: { bundling: { define: { A: '2' } } } },
      consumers: { orders: { bundling: { nodeModules: ['pdfkit'], minify: true } } },
      pools: { small: { bundling: { externalModules: ['fonts'] } } },
    });
    expect(of('ingest')?.bundling).toEqual({ minify: false, nodeModules: ['sharp'], define: { A: '1' } });
    expect(of('dead-letter')?.bundling).toMatchObject({ define: { A: '2' }, minify: false });
    expect(batch('orders')?.bundling).toMatchObject({ minify: true, nodeModules: ['sharp', 'pdfkit'] });
    expect(pool('small')?.bundling).toMatchObject({ minify: false, externalModules: ['fonts'] });
  });
});
