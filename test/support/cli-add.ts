import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import type { MemoryApi } from './memory-api.ts';
import { runCli } from './run-cli.ts';

/** Files of items, in a folder that is there while the tests of a file run. */
export function itemFiles(): {
  readonly folder: () => string;
  readonly file: (content: string | Uint8Array) => Promise<string>;
} {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cistern-add-'));
  });
  afterAll(() => rm(folder, { recursive: true }));
  return {
    folder: () => folder,
    async file(content) {
      const path = join(folder, `${Math.random()}.ndjson`);
      await writeFile(path, content);
      return path;
    },
  };
}

/** Lines of items whose ids are the numbers of a range. */
export const numbered = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, n) => JSON.stringify({ id: from + n }));

/** How many items each request had. */
export const sizes = (api: MemoryApi): number[] =>
  api.asked.map(({ body }) => (body as { items: unknown[] }).items.length);

/** Runs `cistern add clicks --json`. */
export const add = (api: MemoryApi, stdin: string, ...more: string[]) =>
  runCli(['add', 'clicks', '--json', ...more], { fetch: api.fetch, stdin });
