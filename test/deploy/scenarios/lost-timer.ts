import type { Definition } from 'cistern';
import { Deployment } from '#lib/deployment/deployment';
import type { Queues } from '#lib/store/queue-ports';
import { unnoticed } from '../definitions/lasting.ts';
import type { Deployed } from '../deployed.ts';
import { Evidence } from '../evidence.ts';
import type { Item } from '../item.ts';

/** A waking may be lost to a redeployment, which ends an emulator's functions: two minutes, and some. */
const TIMEOUT_MS = 180_000;

/** SQS, with all timers getting lost. */
const losing: Queues = {
  sendTimer: async () => undefined,
  sendJob: async () => Promise.reject(new Error('Nothing is sealed here.')),
  sendDead: async () => Promise.reject(new Error('Nothing dies here.')),
  setVisibility: async () => Promise.reject(new Error('Nothing is received here.')),
};

/**
 * A producer of its own whose timers get lost: only the ticker can find what it has added, and nobody but the
 * schedule wakes the ticker.
 */
export async function lostTimer(deployed: Deployed, items: readonly Item[]): Promise<string> {
  const { region, endpoint } = deployed.target;
  const producer = new Deployment(
    {
      deployment: deployed.name,
      queueUrlBase: deployed.outputs['CisternQueueUrlBase'] ?? '',
      region,
      ...(endpoint && { endpoints: { dynamodb: endpoint, sqs: endpoint } }),
    },
    { services: { queues: losing } },
  );
  const evidence = new Evidence(unnoticed.name);
  await evidence.add((_, part) => producer.add(unnoticed as Definition, part), items);
  await producer.close();
  const [run, ...others] = await evidence.judge(deployed, {
    maxSize: unnoticed.maxSize,
    timeoutMs: TIMEOUT_MS,
  });
  if (run === undefined || others.length > 0) throw new Error('The batch did not come as one.');
  const late = (run.at - run.createdAt - unnoticed.maxWaitMs) / 1000;
  return `a window whose timer got lost: flushed by the ticker, woken by the schedule, ${late.toFixed(0)} s after its deadline`;
}
