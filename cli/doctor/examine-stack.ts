import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { awsRequests } from '../connect/aws-requests.ts';
import { type StackOptions, stackClient } from '../connect/stack.ts';
import type { Io } from '../io.ts';
import { type ExamineOptions, examine } from './examine.ts';
import type { Finding } from './finding.ts';

/** Examines a stack with the region and the credentials that the AWS CLI would find. */
export async function examineStack(
  { stack, region, profile }: StackOptions,
  io: Io,
  { deployed, local }: Pick<ExamineOptions, 'deployed' | 'local'>,
): Promise<Finding[]> {
  const cloudFormation = stackClient({ region, profile });
  const { credentials, sha256, region: regionOf } = cloudFormation.config;
  const found = await regionOf();
  const aws = awsRequests({ credentials, sha256, region: found }, io);
  const dynamodb = new DynamoDBClient({ region: found, credentials });
  return examine({ stack, cloudFormation, dynamodb, aws, deployed, local });
}
