import { mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Makes a folder for what all test files of one run share. The workers get its path in their environment. */
export default function makeRunFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'cistern-run-'));
  // scripts in it import packages
  symlinkSync(join(import.meta.dirname, '../../node_modules'), join(folder, 'node_modules'), 'junction');
  process.env['CISTERN_RUN_FOLDER'] = folder;
}
