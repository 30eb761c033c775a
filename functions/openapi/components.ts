import {
  type ConversionConfig,
  type JsonSchema,
  toJsonSchema,
  toJsonSchemaDefs,
} from '@valibot/to-json-schema';
import * as v from 'valibot';
import * as ERROR_CODES from '#lib/error-codes';
import * as answers from '../schemas/answers.ts';

const PROBLEM = v.looseObject({
  type: v.literal('about:blank'),
  title: v.pipe(v.string(), v.description('What the status says.')),
  status: v.pipe(v.number(), v.integer(), v.minValue(400), v.maxValue(599)),
  code: v.pipe(v.picklist(Object.values(ERROR_CODES)), v.description('Stable, and meant for programs.')),
  detail: v.pipe(v.string(), v.description('What was given, what is allowed and what to do.')),
});

/** Schemas that have a name in the document. */
const SCHEMAS = {
  BatchStatus: answers.BATCH_STATUS,
  ControlState: answers.CONTROL_STATE,
  DrainReport: answers.DRAIN_REPORT,
  GroupStatus: answers.GROUP_STATUS,
  JobInfo: answers.JOB_INFO,
  JobWithItems: answers.JOB_WITH_ITEMS,
  Problem: PROBLEM,
  Resumed: answers.RESUMED,
} as const;

const CONFIG = {
  target: 'draft-2020-12',
  // what a schema checks beyond JSON Schema its description says
  ignoreActions: ['check'],
  overrideRef: ({ referenceId }) => `#/components/schemas/${referenceId}`,
} as const satisfies ConversionConfig;

/** A JSON Schema as OpenAPI 3.1 embeds it: without a dialect of its own, and with named schemas by reference. */
export function toOpenApiSchema(schema: v.GenericSchema): JsonSchema {
  const { $schema: _, $defs: __, ...json } = toJsonSchema(schema, { ...CONFIG, definitions: SCHEMAS });
  return json;
}

export const namedSchemas = (): Record<string, JsonSchema> => toJsonSchemaDefs(SCHEMAS, CONFIG);
