import type * as v from 'valibot';
import * as ERROR_CODES from '#lib/error-codes';
import type { ErrorCode } from '#lib/errors';
import * as answers from '../schemas/answers.ts';
import { EXAMPLES } from './examples.ts';

/** What the document says of a route besides its schemas. */
export interface Operation {
  readonly id: string;
  readonly tag: 'Items' | 'Batches' | 'Jobs' | 'The API';
  readonly summary: string;
  readonly description?: string;
  readonly requestExample?: unknown;
  readonly answer: {
    readonly schema: v.GenericSchema;
    readonly description: string;
    readonly example: unknown;
  };
  /** Besides those that every route with a path parameter, a query or a body has. */
  readonly errors?: readonly ErrorCode[];
}

/** By method and path, as the routes have them. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  'GET /health': {
    id: 'health',
    tag: 'The API',
    summary: 'Whether it answers',
    answer: { schema: answers.HEALTH, description: 'It does.', example: EXAMPLES.health },
  },
  'POST /v1/batches/{batch}/items': {
    id: 'addItems',
    tag: 'Items',
    summary: 'Add an item, or many',
    description:
      'At most 10,000 items of up to 1,000 levels of nesting, and 4,000,000 bytes, in a request. A bulk is checked whole before anything of it is stored. A number that a double does not hold, such as an integer beyond 2^53, is refused (`request.number_changed`): send it as text. `batch.add_incomplete` says exactly which items are stored (`stored`), which are not (`notStored`), and of which it is unknown (`unknown`).',
    requestExample: EXAMPLES.ingestRequest,
    answer: {
      schema: answers.INGESTED,
      description: 'The items are stored: each is in exactly one batch.',
      example: EXAMPLES.ingested,
    },
    errors: [
      ERROR_CODES.bulkInvalid,
      ERROR_CODES.itemTooLarge,
      ERROR_CODES.itemRefused,
      ERROR_CODES.itemNotJson,
      ERROR_CODES.groupKeyInvalid,
      ERROR_CODES.dedupKeyInvalid,
      ERROR_CODES.limitsInvalid,
      ERROR_CODES.urgentInvalid,
      ERROR_CODES.tooManyPending,
      ERROR_CODES.ingestionPaused,
      ERROR_CODES.addIncomplete,
      ERROR_CODES.closed,
    ],
  },
  'GET /openapi.json': {
    id: 'describe',
    tag: 'The API',
    summary: 'This document',
    answer: {
      schema: answers.DOCUMENT,
      description: 'An OpenAPI 3.1 document.',
      example: EXAMPLES.document,
    },
  },
  'GET /v1/batches': {
    id: 'listBatches',
    tag: 'Batches',
    summary: 'How all batches stand',
    answer: { schema: answers.BATCHES, description: 'All of them.', example: EXAMPLES.batches },
  },
  'GET /v1/batches/{batch}': {
    id: 'getBatch',
    tag: 'Batches',
    summary: 'How a batch stands',
    description: 'From bounded reads: what is beyond them is marked `capped` or `partial`.',
    answer: { schema: answers.BATCH_STATUS, description: 'Its status.', example: EXAMPLES.status },
  },
  'GET /v1/batches/{batch}/groups': {
    id: 'listGroups',
    tag: 'Batches',
    summary: 'The groups that have anything buffered',
    answer: {
      schema: answers.GROUPS,
      description: 'A page of them, in the order of their keys.',
      example: EXAMPLES.groups,
    },
  },
  'GET /v1/batches/{batch}/buffer': {
    id: 'getBuffer',
    tag: 'Batches',
    summary: 'How much is buffered of a group, exactly',
    description: '`group` has to be there where the batch has groups, and nowhere else.',
    answer: { schema: answers.BUFFERED, description: 'So many slots.', example: EXAMPLES.buffered },
  },
  'POST /v1/batches/{batch}/flush': {
    id: 'flush',
    tag: 'Batches',
    summary: 'Flush what is buffered',
    description: 'Of one group, or every open buffer of the batch.',
    requestExample: EXAMPLES.flushRequest,
    answer: { schema: answers.FLUSHED, description: 'The jobs that it made.', example: EXAMPLES.flushed },
    errors: [ERROR_CODES.paused],
  },
  'POST /v1/batches/{batch}/pause': {
    id: 'pause',
    tag: 'Batches',
    summary: 'Hold a batch back',
    description:
      'Nothing of it is flushed or run from a second or two on. Items are still taken and stay buffered, unless `ingestion` is paused too.',
    requestExample: EXAMPLES.pauseRequest,
    answer: { schema: answers.CONTROL_STATE, description: 'It is paused.', example: EXAMPLES.paused },
  },
  'POST /v1/batches/{batch}/resume': {
    id: 'resume',
    tag: 'Batches',
    summary: 'Let a batch go on',
    description: 'What is due or full is flushed at once, and jobs that were set aside run.',
    requestExample: EXAMPLES.nothing,
    answer: { schema: answers.RESUMED, description: 'It goes on.', example: EXAMPLES.resumed },
  },
  'POST /v1/batches/{batch}/drain': {
    id: 'startDrain',
    tag: 'Batches',
    summary: 'Begin to drain a batch',
    description:
      'Flushes all that is buffered, lets every job run to its end, and leaves the batch paused. Items that are added meanwhile stay buffered. While a drain is under way this reports it.',
    requestExample: EXAMPLES.drainRequest,
    answer: { schema: answers.DRAIN_REPORT, description: 'How it stands.', example: EXAMPLES.draining },
  },
  'GET /v1/batches/{batch}/drain': {
    id: 'getDrain',
    tag: 'Batches',
    summary: 'How the drain stands, or the last one ended',
    answer: { schema: answers.DRAIN_REPORT, description: 'How it stands.', example: EXAMPLES.drained },
    errors: [ERROR_CODES.notDraining],
  },
  'GET /v1/batches/{batch}/jobs': {
    id: 'listJobs',
    tag: 'Jobs',
    summary: 'A batch’s jobs, the latest first',
    answer: { schema: answers.JOBS, description: 'A page of them.', example: EXAMPLES.jobs },
  },
  'POST /v1/batches/{batch}/redrive': {
    id: 'redriveBatch',
    tag: 'Jobs',
    summary: 'Redrive all failed and dead jobs of a batch',
    description: 'A dead job is left alone, and not counted, until its `onDead` has returned.',
    requestExample: EXAMPLES.nothing,
    answer: { schema: answers.REDRIVEN, description: 'How many run again.', example: EXAMPLES.redriven },
  },
  'GET /v1/jobs/{job}': {
    id: 'getJob',
    tag: 'Jobs',
    summary: 'A job, with its items when asked for',
    description:
      'Items of a batch with `persist: false` are listed once it is parked or has failed for good. With `items`, the job’s batch has to be deployed (`batch.unknown`).',
    answer: {
      schema: answers.JOB_WITH_ITEMS,
      description: 'The job as its record has it.',
      example: EXAMPLES.jobWithItems,
    },
    errors: [ERROR_CODES.jobUnknown, ERROR_CODES.batchUnknown],
  },
  'GET /v1/jobs/{job}/window': {
    id: 'getWindow',
    tag: 'Jobs',
    summary: 'The window of a job, slot by slot',
    description:
      'What receipts speak of, also while the window is open and has no job. It closes no gaps. A window that nobody has written to, or whose records have expired, has no slots. Items of a batch with `persist: false` have none.',
    answer: { schema: answers.WINDOW, description: 'As it lies in the table.', example: EXAMPLES.window },
  },
  'POST /v1/jobs/{job}/redrive': {
    id: 'redriveJob',
    tag: 'Jobs',
    summary: 'Have a failed or dead job run again',
    description:
      'With the items that failed, and all its attempts. A dead job is refused until its `onDead` has returned.',
    requestExample: EXAMPLES.nothing,
    answer: { schema: answers.JOB_INFO, description: 'It waits.', example: EXAMPLES.redrivenJob },
    errors: [
      ERROR_CODES.jobUnknown,
      ERROR_CODES.batchUnknown,
      ERROR_CODES.jobNotRedrivable,
      ERROR_CODES.jobOnDeadPending,
    ],
  },
  'POST /v1/jobs/{job}/purge': {
    id: 'purgeJob',
    tag: 'Jobs',
    summary: 'Take an ended job’s record and its items’ content away',
    requestExample: EXAMPLES.nothing,
    answer: { schema: answers.PURGED, description: 'It is gone.', example: EXAMPLES.purged },
    errors: [ERROR_CODES.jobUnknown, ERROR_CODES.batchUnknown, ERROR_CODES.jobNotEnded],
  },
};
