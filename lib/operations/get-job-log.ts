import * as v from 'valibot';
import { type JobLog, logInCloudWatch } from '../control/job-log.ts';
import * as ERROR_CODES from '../error-codes.ts';
import { jobById } from './definition/job-by-id.ts';
import { defineOperation } from './definition/operation.ts';
import { count, JOB_ID, text, time } from './schemas/answer-fields.ts';
import * as examples from './schemas/examples.ts';
import { schemaOf } from './schemas/json.ts';

const JOB_LOG = schemaOf<JobLog>()(
  v.strictObject({
    job: JOB_ID,
    lines: v.exactOptional(
      v.pipe(
        v.array(
          v.strictObject({
            at: time('When it was logged.'),
            level: v.picklist(['info', 'warn', 'error', 'debug']),
            message: text('At most 2,000 characters.'),
            attempt: v.exactOptional(count('The attempt that it is about.')),
            data: v.exactOptional(text('What was logged besides, as JSON; at most 2,000 characters.')),
          }),
        ),
        v.description('The latest 200 lines, oldest first. The local stack alone has them.'),
      ),
    ),
    cloudwatch: v.exactOptional(
      v.strictObject({
        logGroup: text('The log group of the consumer function.'),
        query: text('For Logs Insights.'),
        from: time('Look from then on.'),
        to: time('Until then.'),
        url: v.exactOptional(text('The address of the query in the AWS console.')),
      }),
    ),
  }),
);

export const getJobLog = defineOperation({
  name: 'getJobLog',
  route: 'GET /v1/jobs/{job}/log',
  answeredBy: 'adminHttp',
  rights: { find: ['due', 'jobs'], table: ['GetItem'] },
  tag: 'Jobs',
  summary: 'Get a job’s log, or where it is',
  description:
    'The local stack has the lines about its latest 1,000 jobs. Of a deployment it is said where CloudWatch Logs has them.',
  answer: {
    schema: JOB_LOG,
    description: 'The lines, or where they are.',
    example: {
      job: examples.JOB_ID,
      cloudwatch: {
        logGroup: '/aws/lambda/shop-on-clicks',
        query: `fields @timestamp, level, attempt, message, data\n| filter job = "${examples.JOB_ID}"`,
        from: examples.AT,
        to: examples.LATER,
        url: 'https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#logsV2:…',
      },
    },
  },
  errors: [ERROR_CODES.jobUnknown, ERROR_CODES.jobAmbiguous],
  async run(context, { job: given }): Promise<JobLog> {
    const { id, batch, sealedAt, finishedAt } = await jobById(context, given);
    if (context.history) return { job: id, lines: context.history.log(id) };
    const { services } = context.deployment;
    const times = { sealedAt: sealedAt.getTime(), finishedAt: finishedAt?.getTime() };
    return logInCloudWatch(
      services.deployment,
      context.definitions,
      { id, batch, ...times },
      // Lambda sets it in every function
      { now: services.clock.now(), region: process.env['AWS_REGION'] },
    );
  },
});
