import { DescribeTimeToLiveCommand, UpdateTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import { GetQueueAttributesCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { loadDefinitions } from '#lib/definition/load-definitions';
import { type QueueTopology, type TableTopology, topology } from '#lib/topology';
import type { Deployed } from './deployed.ts';

/**
 * Sets what an emulator has dropped of the template: redrive of the queues, TTL of the table. That the template
 * has them is for test/infra to say; AWS drops nothing.
 *
 * @param definitions the module that is deployed
 * @returns what had to be set
 */
export async function setWhatWasDropped(deployed: Deployed, definitions: string): Promise<string[]> {
  const { table, batches } = topology(deployed.name, await loadDefinitions(definitions));
  const queues = await Promise.all(batches.map(({ jobs }) => setRedrive(deployed, jobs)));
  return [...queues.flat(), ...(await setTimeToLive(deployed, table))];
}

async function setRedrive({ sqs, outputs }: Deployed, { name, redrive }: QueueTopology): Promise<string[]> {
  if (redrive === undefined) return [];
  const base = outputs['CisternQueueUrlBase'] ?? '';
  const url = base + name;
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['RedrivePolicy', 'QueueArn'] }),
  );
  if (Attributes?.['RedrivePolicy'] !== undefined) return [];
  const arn = (Attributes?.['QueueArn'] ?? '').replace(/[^:]+$/, redrive.queue);
  const policy = { deadLetterTargetArn: arn, maxReceiveCount: redrive.maxReceiveCount };
  await sqs.send(
    new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { RedrivePolicy: JSON.stringify(policy) } }),
  );
  return [`the redrive of ${name}`];
}

async function setTimeToLive(
  { dynamodb }: Deployed,
  { name, ttlAttribute }: TableTopology,
): Promise<string[]> {
  const described = await dynamodb.send(new DescribeTimeToLiveCommand({ TableName: name }));
  const status = described.TimeToLiveDescription?.TimeToLiveStatus;
  if (status === 'ENABLED' || status === 'ENABLING') return [];
  await dynamodb.send(
    new UpdateTimeToLiveCommand({
      TableName: name,
      TimeToLiveSpecification: { AttributeName: ttlAttribute, Enabled: true },
    }),
  );
  return [`the TTL of ${name}`];
}
