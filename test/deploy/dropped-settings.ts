import { DescribeTimeToLiveCommand, UpdateTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import { GetQueueAttributesCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { type QueueTopology, type TableTopology, topology } from '#lib/topology';
import { loadDefinitions } from '#loader/load-definitions';
import type { Deployed } from './deployed.ts';
import { DYING } from './dying.ts';
import { PAGE_ORIGIN } from './page-origin.ts';

/**
 * Sets what an emulator has dropped of the template, or has not understood: redrive of the queues, TTL of the table, the
 * pages that may call the API. That the template has them is for test/infra to say.
 *
 * @param definitions the module that is deployed
 * @returns what had to be set
 * @throws on AWS when something would have to be: AWS drops nothing, so that the template has not got it
 */
export async function setWhatWasDropped(deployed: Deployed, definitions: string): Promise<string[]> {
  const { table, consumers } = topology(deployed.name, await loadDefinitions(definitions));
  const queues = await Promise.all(
    consumers.map(({ batches, jobs }) =>
      setRedrive(deployed, jobs, batches.includes(DYING.batch) ? DYING.maxReceiveCount : undefined),
    ),
  );
  return [...queues.flat(), ...(await setTimeToLive(deployed, table)), ...(await setCors(deployed))];
}

/** Sets it unless it is AWS that has not got it. */
async function mend({ target }: Deployed, what: string, set: () => Promise<unknown>): Promise<string[]> {
  if (target.endpoint === undefined)
    throw new Error(`${what} is missing, and AWS drops nothing of a template.`);
  await set();
  return [what];
}

async function setRedrive(
  deployed: Deployed,
  { name, redrive }: QueueTopology,
  maxReceiveCount = redrive?.maxReceiveCount,
): Promise<string[]> {
  if (redrive === undefined) return [];
  const { sqs, outputs } = deployed;
  const base = outputs['CisternQueueUrlBase'] ?? '';
  const url = base + name;
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['RedrivePolicy', 'QueueArn'] }),
  );
  if (Attributes?.['RedrivePolicy'] !== undefined) return [];
  const arn = (Attributes?.['QueueArn'] ?? '').replace(/[^:]+$/, redrive.queue);
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arn, maxReceiveCount });
  const command = new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { RedrivePolicy } });
  return mend(deployed, `the redrive of ${name}`, () => sqs.send(command));
}

async function setTimeToLive(deployed: Deployed, { name, ttlAttribute }: TableTopology): Promise<string[]> {
  const { dynamodb } = deployed;
  const described = await dynamodb.send(new DescribeTimeToLiveCommand({ TableName: name }));
  const status = described.TimeToLiveDescription?.TimeToLiveStatus;
  if (status === 'ENABLED' || status === 'ENABLING') return [];
  const command = new UpdateTimeToLiveCommand({
    TableName: name,
    TimeToLiveSpecification: { AttributeName: ttlAttribute, Enabled: true },
  });
  return mend(deployed, `the TTL of ${name}`, () => dynamodb.send(command));
}

/** MiniStack keeps the template's own names of what it looks for by other names. */
async function setCors(deployed: Deployed): Promise<string[]> {
  const { status } = await deployed.preflight(PAGE_ORIGIN);
  if (status < 300) return [];
  return mend(deployed, 'the pages that may call the API', () => deployed.letPagesIn([PAGE_ORIGIN]));
}
