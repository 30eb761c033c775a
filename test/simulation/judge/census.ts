import { operationsOf } from '#lib/batch-operations';
import type { Stage } from '../world/stage.ts';

/** Jobs of a page: few, so that there are several pages. */
const PAGE = 3;
/** Pages that are read at the most. */
const PAGES = 500;

/** What an operator is told of a batch when all is at rest, held against the table. Returns what is not so. */
export async function census(stage: Stage, batch: string): Promise<string[]> {
  const deployment = stage.observer();
  const definition = deployment.services.definitionOf(batch);
  if (definition?.persist !== true) return [];
  const operations = operationsOf(deployment, definition);
  const wrong: string[] = [];
  const expect = (what: string, told: unknown, is: unknown): void => {
    if (told !== is) wrong.push(`${what} of ${batch} is said to be ${String(told)}, and is ${String(is)}`);
  };
  const kept = stage.storage.keptJobs(batch);
  expect('the buffer’s size', await operations.getBufferSize(), 0);
  const { buffers, jobs, paused, draining } = await operations.status();
  expect('what is buffered', buffers.items, 0);
  expect('paused', paused, false);
  expect('draining', draining, false);
  for (const status of ['waiting', 'active', 'retrying', 'parked', 'completed', 'failed', 'dead'] as const) {
    const shown = kept.filter(job => job.status === status).length;
    // of dead jobs with an onDead it may count some that are not shown any more: docs/semantics.md
    const mayBeMore = status === 'dead' && definition.deadLetter.onDead !== undefined;
    expect(`the number of ${status} jobs`, mayBeMore ? Math.min(jobs[status], shown) : jobs[status], shown);
  }
  const listed: string[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages === 0 || (cursor !== undefined && pages < PAGES); pages++) {
    const page = await operations.getJobs({ limit: PAGE, ...(cursor !== undefined && { cursor }) });
    listed.push(...page.jobs.map(({ id }) => id));
    cursor = page.cursor;
  }
  // the time of a job may be up while it is counted
  const still = new Set(stage.storage.keptJobs(batch).map(({ id }) => id));
  const expected = kept.map(({ id }) => id).filter(id => still.has(id) || listed.includes(id));
  expect('the list of jobs', listed.sort().join(' '), expected.sort().join(' '));
  return wrong;
}
