import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Makes a folder for what all test files of one run share. The workers get its path in their environment. */
export default function makeRunFolder() {
  process.env['CISTERN_RUN_FOLDER'] = mkdtempSync(join(tmpdir(), 'cistern-run-'));
}
