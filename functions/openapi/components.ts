import {
  type ConversionConfig,
  type JsonSchema,
  toJsonSchema,
  toJsonSchemaDefs,
} from '@valibot/to-json-schema';
import * as v from 'valibot';
import * as ERROR_CODES from '#lib/error-codes';
import { getJob } from '#lib/operations/get-job';
import { GROUP_STATUS } from '#lib/operations/list-groups';
import { resume } from '#lib/operations/resume';
import { BATCH_STATUS } from '#lib/operations/schemas/batch-status';
import { CONTROL_STATE } from '#lib/operations/schemas/control-state';
import { DRAIN_REPORT } from '#lib/operations/schemas/drain-report';
import { JOB_INFO } from '#lib/operations/schemas/job-info';

const PROBLEM = v.looseObject({
  type: v.literal('about:blank'),
  title: v.pipe(v.string(), v.description('What the status says.')),
  status: v.pipe(v.number(), v.integer(), v.minValue(400), v.maxValue(599)),
  code: v.pipe(v.picklist(Object.values(ERROR_CODES)), v.description('Stable, and meant for programs.')),
  detail: v.pipe(v.string(), v.description('What was given, what is allowed and what to do.')),
});

/** Schemas that have a name in the document. */
const SCHEMAS = {
  BatchStatus: BATCH_STATUS,
  ControlState: CONTROL_STATE,
  DrainReport: DRAIN_REPORT,
  GroupStatus: GROUP_STATUS,
  JobInfo: JOB_INFO,
  JobWithItems: getJob.answer.schema,
  Problem: PROBLEM,
  Resumed: resume.answer.schema,
} as const;

const CONFIG = {
  target: 'draft-2020-12',
  // a schema's description states the checks that JSON Schema cannot express
  ignoreActions: ['check'],
  overrideRef: ({ referenceId }) => `#/components/schemas/${referenceId}`,
} as const satisfies ConversionConfig;

/** Converts a schema to a JSON Schema for OpenAPI 3.1: without a dialect of its own, with references to named schemas. */
export function toOpenApiSchema(schema: v.GenericSchema): JsonSchema {
  const { $schema: _, $defs: __, ...json } = toJsonSchema(schema, { ...CONFIG, definitions: SCHEMAS });
  return json;
}

export const namedSchemas = (): Record<string, JsonSchema> => toJsonSchemaDefs(SCHEMAS, CONFIG);
