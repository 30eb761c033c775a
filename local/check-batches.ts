import { isDefinition } from '#lib/definition/collect';
import type { Definition } from '#lib/definition/options';
import { kindOf } from '#lib/text/kind-of';
import { LocalError } from './local-error.ts';

/** @throws LocalError `local.options_invalid` for anything that is not an array of definitions */
export function checkBatches(batches: unknown): Definition[] {
  if (!Array.isArray(batches)) throw invalid(kindOf(batches));
  return batches.map((each: unknown, index) => {
    if (isDefinition(each)) return each;
    throw invalid(`${kindOf(each)} at ${index}`);
  });
}

const invalid = (got: string): LocalError =>
  new LocalError(
    'local.options_invalid',
    `batches has to be an array of definitions that batch() has made, or the path of a module that exports them; got ${got}. Write startLocal({ batches: [orders] }).`,
  );
