import { addItems } from './add-items.ts';
import type { Operation } from './definition/operation.ts';
import { describe } from './describe.ts';
import { findItem } from './find-item.ts';
import { flush } from './flush.ts';
import { getBatch } from './get-batch.ts';
import { getBuffer } from './get-buffer.ts';
import { getDrain } from './get-drain.ts';
import { getJob } from './get-job.ts';
import { getJobLog } from './get-job-log.ts';
import { getMetrics } from './get-metrics.ts';
import { getSchema } from './get-schema.ts';
import { getWindow } from './get-window.ts';
import { health } from './health.ts';
import { listActions } from './list-actions.ts';
import { listBatches } from './list-batches.ts';
import { listErrors } from './list-errors.ts';
import { listGroups } from './list-groups.ts';
import { listJobs } from './list-jobs.ts';
import { pause } from './pause.ts';
import { peek } from './peek.ts';
import { purgeJob } from './purge-job.ts';
import { purgeJobs } from './purge-jobs.ts';
import { redriveBatch } from './redrive-batch.ts';
import { redriveJob } from './redrive-job.ts';
import { resume } from './resume.ts';
import { startDrain } from './start-drain.ts';

/**
 * All operations of a deployment, over HTTP and by direct invocation, in the order of the OpenAPI document. The ingest
 * function loads only its own two.
 */
export const OPERATIONS = [
  health,
  addItems,
  describe,
  listBatches,
  listActions,
  getBatch,
  getMetrics,
  getSchema,
  listGroups,
  getBuffer,
  peek,
  findItem,
  flush,
  pause,
  resume,
  startDrain,
  getDrain,
  listJobs,
  listErrors,
  redriveBatch,
  purgeJobs,
  getJob,
  getJobLog,
  getWindow,
  redriveJob,
  purgeJob,
] as const satisfies readonly Operation[];
