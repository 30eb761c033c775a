import { LogGroupClass } from 'aws-cdk-lib/aws-logs';
import type { FunctionTopology } from '#lib/topology';
import type { FunctionOptions } from './function-options.ts';
import { refuseSetting } from './refuse-setting.ts';

export interface FunctionCheck {
  /** The name of the function's settings: `functions.timer`. */
  readonly setting: string;
  readonly topology: FunctionTopology;
  readonly options: FunctionOptions;
  /** Whether the functions write metrics. */
  readonly metrics: boolean;
}

/**
 * Refuses settings of a function that AWS would accept, and that would break a promise.
 *
 * @throws SettingsError `settings.invalid`
 */
export function checkFunction({ setting, topology, options, metrics }: FunctionCheck): void {
  const { timeout, reservedConcurrentExecutions: reserved, logGroupClass } = options;
  const { provisionedConcurrentExecutions: provisioned } = options;
  for (const name of ['vpcSubnets', 'securityGroups'] as const) {
    if (options.vpc || options[name] === undefined) continue;
    refuseSetting(`${setting}.${name}`, 'left out, or vpc must be set', options[name]);
  }
  if (timeout && timeout.toSeconds() < topology.timeoutSeconds) {
    const because =
      topology.entry === 'consumer'
        ? 'a handler may take as long as its definition’s timeout says (without one, 15 minutes), and needs 30 s to end. For a shorter one set the definition’s timeout'
        : 'its work is made for that time';
    refuseSetting(
      `${setting}.timeout`,
      `${topology.timeoutSeconds} seconds or more: ${because}`,
      timeout.toString(),
    );
  }
  if (reserved !== undefined && provisioned !== undefined && provisioned > reserved) {
    refuseSetting(
      `${setting}.provisionedConcurrentExecutions`,
      `at most reservedConcurrentExecutions, ${reserved}`,
      provisioned,
    );
  }
  if (logGroupClass === LogGroupClass.INFREQUENT_ACCESS && metrics) {
    refuseSetting(
      `${setting}.logGroupClass`,
      'STANDARD, or metrics must be false: CloudWatch makes no metrics of the lines of an INFREQUENT_ACCESS log, and no alarm of a batch would go off',
      logGroupClass,
    );
  }
}
