import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import { type Engines, startEngines } from './engines/start-engines.ts';
import { type JobStack, startJobStack } from './job-stack.ts';

type Chosen = Parameters<typeof startJobStack>[1];

/** A job stack on engines of its own, for all tests of a file together. Returns what gives it while they run. */
export function jobStackForAll(chosen: Chosen = {}): () => JobStack {
  let engines: Engines;
  let stack: JobStack;
  beforeAll(async () => {
    engines = await startEngines();
    stack = await startJobStack(engines, chosen);
  });
  afterAll(async () => {
    await stack.stop();
    await engines.stop();
  });
  return () => stack;
}

/** A job stack for each test of a file, on engines that they share. Returns what gives it while a test runs. */
export function jobStackForEach(chosen: Chosen = {}): () => JobStack {
  let engines: Engines;
  let stack: JobStack;
  beforeAll(async () => {
    engines = await startEngines();
  });
  afterAll(() => engines.stop());
  beforeEach(async () => {
    stack = await startJobStack(engines, chosen);
  });
  afterEach(() => stack.stop());
  return () => stack;
}
