import { installFunctionsNode, installMiniStack, startMiniStack } from './ministack.ts';
import type { Phases } from './phases.ts';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Where the test deploys to. */
export interface Target {
  readonly name: string;
  readonly region: string;
  readonly credentials: Credentials;
  /** Where all services of an emulator are; undefined: AWS. */
  readonly endpoint: string | undefined;
  /** Whether what was deployed is gone once it has stopped: an emulator that this run has started. */
  readonly ephemeral: boolean;
  stop(): Promise<void>;
}

const REGION = 'us-east-1';
/** Emulators look at no credentials. */
const EMULATED: Credentials = { accessKeyId: 'test', secretAccessKey: 'test' };

/**
 * Where to deploy to: AWS if CISTERN_DEPLOY_TO=aws says so, since it costs money and makes things in an account;
 * an emulator that is running at AWS_ENDPOINT_URL; or else a MiniStack that this starts.
 */
export async function findTarget(phases: Phases, logs: string): Promise<Target> {
  const { CISTERN_DEPLOY_TO: to, AWS_ENDPOINT_URL: endpoint, AWS_REGION: region = REGION } = process.env;
  const lasting = { region, ephemeral: false, stop: async () => undefined };
  if (to === 'aws') {
    refuseEndpoints();
    return { ...lasting, name: 'AWS', credentials: ownCredentials(), endpoint: undefined };
  }
  if (to !== undefined) {
    throw new Error(`CISTERN_DEPLOY_TO is ${JSON.stringify(to)}; it can be aws, or nothing for an emulator.`);
  }
  if (endpoint !== undefined) return { ...lasting, name: endpoint, credentials: EMULATED, endpoint };
  const [folder, programs] = await phases.run('install MiniStack', () =>
    Promise.all([installMiniStack(logs), installFunctionsNode(logs)]),
  );
  const emulator = await phases.run('start MiniStack', () => startMiniStack(folder, programs, logs));
  const { url, stop } = emulator;
  return { name: 'MiniStack', region, credentials: EMULATED, endpoint: url, ephemeral: true, stop };
}

/** The environment of a process that is to reach the target, and nothing else of this one's. */
export const environmentOf = ({ region, credentials, endpoint }: Target): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  HOME: process.env['HOME'],
  AWS_REGION: region,
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  ...(credentials.sessionToken && { AWS_SESSION_TOKEN: credentials.sessionToken }),
  ...(endpoint && { AWS_ENDPOINT_URL: endpoint }),
});

/** The SDK's clients in this process would follow them, while the CDK deploys to AWS. */
function refuseEndpoints(): void {
  const set = Object.keys(process.env).filter(name => name.startsWith('AWS_ENDPOINT_URL'));
  if (set.length === 0) return;
  throw new Error(
    `CISTERN_DEPLOY_TO=aws deploys to AWS, and ${set.join(', ')} names another endpoint. Unset the one or the other.`,
  );
}

function ownCredentials(): Credentials {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  } = process.env;
  if (!accessKeyId || !secretAccessKey) {
    throw new Error(
      'CISTERN_DEPLOY_TO=aws wants AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, and AWS_SESSION_TOKEN if there is one.',
    );
  }
  return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
}
