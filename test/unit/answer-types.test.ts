import { join, relative } from 'node:path';
import { expect, test } from '@jest/globals';
import { build } from 'esbuild';
import { JOB_STATUSES } from '#lib/definition/job-info';
import * as cli from '../../cli/api/api-types.ts';
import * as page from '../../dashboard/page/api/contract.ts';

const root = join(import.meta.dirname, '../..');

/** Whether what is answered is what the page takes it for, field by field; the page may know a text where it is one of a few. */
type Fits<Answered, Taken> = [Answered] extends [Taken] ? Equal<keyof Answered, keyof Taken> : false;
type Equal<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;

test('the library’s types fit the page’s', () => {
  // its compiler knows nothing of Node, and so cannot read the library's own: this one compares them
  const fits: { readonly [K in keyof Compared]: Fits<Compared[K][0], Compared[K][1]> } = {
    control: true,
    status: true,
    options: true,
    buffers: true,
    failure: true,
    group: true,
    groups: true,
    job: true,
    attempt: true,
    counts: true,
    jobs: true,
    drain: true,
  };
  expect(Object.values(fits)).not.toContain(false);
});

interface Compared {
  control: [cli.ControlState, page.ControlState];
  status: [cli.BatchStatus, page.BatchStatus];
  options: [cli.BatchStatus['options'], page.BatchOptions];
  buffers: [cli.BatchStatus['buffers'], page.BatchStatus['buffers']];
  failure: [cli.BatchStatus['lastErrors'][number], page.JobFailure];
  group: [cli.GroupStatus, page.GroupStatus];
  groups: [cli.GroupsPage, page.GroupsPage];
  job: [cli.JobWithItems, page.JobInfo];
  attempt: [cli.JobInfo['attempts'][number], page.Attempt];
  counts: [cli.JobInfo['counts'], page.JobInfo['counts']];
  jobs: [cli.JobsPage, page.JobsPage];
  drain: [cli.DrainReport, page.DrainReport];
}

test('all show the same statuses, each in its own order', () => {
  expect(new Set(cli.JOB_STATUSES)).toEqual(new Set(JOB_STATUSES));
  expect(new Set(page.JOB_STATUSES)).toEqual(new Set(JOB_STATUSES));
});

test('the command line takes types alone from the library', async () => {
  const { metafile } = await build({
    entryPoints: [join(root, 'cli/api/api-types.ts')],
    bundle: true,
    platform: 'node',
    conditions: ['source'],
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  const inputs = Object.keys(metafile.inputs).map(input => relative(root, join(process.cwd(), input)));
  expect(inputs).toEqual(['cli/api/api-types.ts']);
});
