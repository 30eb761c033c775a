import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { writeBlocks } from '../docs/blocks.ts';

const FOLDER = '.cistern/docs';

test('every block of TypeScript in the pages compiles', async () => {
  const files = await writeBlocks(FOLDER);
  expect(files.size).toBeGreaterThan(20);
  const tsc = ['node_modules/typescript/bin/tsc', '-p', FOLDER, '--pretty', 'false'];
  const errors = await promisify(execFile)(process.execPath, tsc).then(
    ({ stdout }) => stdout,
    ({ stdout }: { stdout: string }) => stdout,
  );
  const told = errors.replaceAll(`${FOLDER}/`, '').replaceAll(/^docs\/[^(]+/gm, file => {
    const block = files.get(file);
    return block ? `${block.page}, the block at line ${block.line}: ` : file;
  });
  expect(told).toBe('');
}, 120_000);
