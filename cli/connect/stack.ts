import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { messageOf } from '../errors/error-facts.ts';
import { CLI_CODES, CommandError } from '../errors/errors.ts';
import { EXIT } from '../errors/exit-codes.ts';
import type { Io } from '../io.ts';
import { awsRequests } from './aws-requests.ts';
import type { Connection } from './connection.ts';
import { signer } from './sign.ts';

/** The stack's output with the API's address. `infra/cistern-stack.ts` makes it. */
const ENDPOINT = 'ApiEndpoint';

export interface StackOptions {
  readonly stack: string;
  readonly region: string | undefined;
  readonly profile: string | undefined;
}

/**
 * Connects to the API of a CloudFormation stack, with signed requests. It finds the region and the credentials as the AWS
 * CLI does, and uses the same ones to look the stack up and to sign.
 *
 * @throws CommandError `cli.stack_unusable` if there is no such stack, or if it cannot be looked up
 */
export async function connectStack({ stack, region, profile }: StackOptions, io: Io): Promise<Connection> {
  const client = stackClient({ region, profile });
  const outputs = await describe(client, stack);
  const endpoint = outputs.get(ENDPOINT);
  if (endpoint === undefined) {
    throw unusable(
      `Stack ${JSON.stringify(stack)} has no output ${ENDPOINT}: it is no deployment of Cistern's.`,
    );
  }
  const { credentials, sha256, region: ofClient } = client.config;
  const sign = signer({ credentials, sha256, region: regionOf(endpoint) ?? ofClient });
  return {
    url: endpoint.replace(/\/+$/, ''),
    fetch: async request => io.fetch(await sign(request)),
    aws: awsRequests({ credentials, sha256, region: await ofClient() }, io),
    hint: `That is where the stack ${JSON.stringify(stack)} says that its API is.`,
  };
}

/** Makes a client with the region and the credentials that the AWS CLI would find. */
export const stackClient = ({ region, profile }: Omit<StackOptions, 'stack'>): CloudFormationClient =>
  new CloudFormationClient({
    ...(region !== undefined && { region }),
    ...(profile !== undefined && { profile }),
  });

async function describe(client: CloudFormationClient, stack: string): Promise<ReadonlyMap<string, string>> {
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: stack }));
    return new Map(
      (Stacks?.[0]?.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey ?? '', OutputValue ?? '']),
    );
  } catch (error) {
    throw notLookedUp(stack, error);
  }
}

/** Reads the region from the API's address. A custom domain has none. */
const regionOf = (endpoint: string): string | undefined =>
  /\.execute-api\.([a-z0-9-]+)\.amazonaws\./.exec(endpoint)?.[1];

/** Makes the error for a stack that is not there, or that may not be looked at. */
export const notLookedUp = (stack: string, error: unknown): CommandError =>
  unusable(
    `The stack ${JSON.stringify(stack)} could not be looked up: ${messageOf(error).replace(/\.?$/, '.')}`,
    error,
  );

const unusable = (message: string, cause?: unknown): CommandError =>
  new CommandError(CLI_CODES.stackUnusable, EXIT.unreachable, message, { cause });
