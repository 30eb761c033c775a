import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { StackDefinition } from '../stack-definition.ts';
import { Alarms } from './alarms.ts';
import { batchAlarms } from './batch-alarms.ts';
import { batchWidgets } from './batch-widgets.ts';
import { Dashboard } from './dashboard.ts';
import { deploymentAlarms, measuredAlarms } from './deployment-alarms.ts';
import { deploymentWidgets } from './deployment-widgets.ts';
import type { AlarmOptions, MonitoringOptions } from './monitoring-options.ts';
import { oldItemsOf } from './old-items.ts';
import type { Watched } from './watched.ts';

export interface MonitoringProps extends MonitoringOptions, Watched {
  readonly deployment: string;
  /** Whether the functions write metrics. */
  readonly metrics: boolean;
  readonly batches: readonly WatchedBatch[];
}

export interface WatchedBatch {
  readonly token: string;
  readonly definition: StackDefinition;
  readonly jobs: IQueue;
  readonly dead: IQueue;
}

type OldMs = ReturnType<typeof oldItemsOf>;

/** What looks after a deployment: its dashboard and its alarms. */
export class Monitoring extends Construct {
  /** @throws SettingsError `settings.invalid`, UnknownBatchError for the old items of a batch that there is not */
  constructor(scope: Construct, id: string, props: MonitoringProps) {
    super(scope, id);
    const { alarms = {}, dashboard = true, batches } = props;
    const oldMs = oldItemsOf(
      batches.map(({ definition }) => definition),
      alarms === false ? {} : alarms.oldItems,
    );
    if (alarms !== false) this.#alarms(props, alarms, oldMs);
    if (dashboard) this.#dashboard(props, oldMs);
  }

  #alarms(props: MonitoringProps, { topic }: AlarmOptions, oldMs: OldMs): void {
    const { deployment, metrics, batches } = props;
    new Alarms(this, 'Alarms', {
      deployment,
      topic,
      // without metrics nothing would ever set the measured ones off
      ofDeployment: [...deploymentAlarms(props), ...(metrics ? measuredAlarms(deployment) : [])],
      ofBatches: (metrics ? batches : []).map(({ token, definition }) => ({
        token,
        specs: batchAlarms({ deployment, definition, oldMs: oldMs(definition) }),
      })),
    });
  }

  #dashboard(props: MonitoringProps, oldMs: OldMs): void {
    const { deployment, metrics, batches } = props;
    new Dashboard(this, 'Dashboard', {
      deployment,
      ofDeployment: deploymentWidgets({
        ...props,
        measured: metrics ? batches.map(({ definition }) => definition.name) : [],
      }),
      ofBatches: batches.flatMap(({ definition, jobs, dead }) =>
        batchWidgets({ deployment, definition, jobs, dead, metrics, oldMs: oldMs(definition) }),
      ),
    });
  }
}
