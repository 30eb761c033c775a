import type { JobEnd } from '../store/job-ports.ts';
import { beginningOf } from '../text/cut.ts';
import { asError } from './to-error.ts';

/** Bytes of a result's JSON that a job's record keeps. */
const RESULT_BYTES = 32_000;
const PREVIEW_LENGTH = 1_000;

/** Returns what a record keeps of a handler's result: its JSON, or the size and beginning of a JSON that is too large. */
export function toResult(value: unknown): Partial<Pick<JobEnd, 'result' | 'resultCut'>> {
  const json = toText(value);
  if (json === undefined) return {};
  const bytes = Buffer.byteLength(json);
  if (bytes <= RESULT_BYTES) return { result: json };
  return { resultCut: { bytes, preview: beginningOf(json, PREVIEW_LENGTH) } };
}

/** Writes a result as JSON. A result that JSON cannot hold becomes a text that says so, since it must not fail the job. */
function toText(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch (error) {
    return JSON.stringify(`not JSON: ${asError(error).message}`);
  }
}
