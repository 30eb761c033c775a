import { afterAll, beforeAll } from '@jest/globals';
import { type Local, type LocalOptions, startLocal } from 'cistern/local';

/** Runs a local stack, on a free port, while the tests of a file or a describe run. Returns it from their beginning on. */
export function useLocal(options: LocalOptions): () => Local {
  let local: Local | undefined;
  beforeAll(async () => {
    local = await startLocal({ port: 0, ...options });
  });
  afterAll(() => local?.stop());
  return () => {
    if (local === undefined) throw new Error('The stack starts before the first test, and not sooner.');
    return local;
  };
}
