import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { OwnedQueue } from '../constructs/deployment-queues.ts';
import { Alarms } from './alarms.ts';
import { batchAlarms } from './batch-alarms.ts';
import { batchWidgets } from './batch-widgets.ts';
import { Dashboard } from './dashboard.ts';
import { deploymentAlarms, measuredAlarms } from './deployment-alarms.ts';
import { deploymentWidgets } from './deployment-widgets.ts';
import { manyWidgets } from './many-widgets.ts';
import type { AlarmOptions, MonitoringOptions } from './monitoring-options.ts';
import { oldItemsOf } from './old-items.ts';
import { poolAlarms } from './pool-alarms.ts';
import type { Watched } from './watched.ts';

export interface MonitoringProps extends MonitoringOptions, Watched {
  readonly deployment: string;
  /** Whether the functions write metrics. */
  readonly metrics: boolean;
  readonly owned: readonly OwnedQueue[];
}

/** How many batches have graphs of their own, eight each. CloudWatch takes 500 in all, and a template may have 1 MB. */
const GRAPHED = 40;

type OldMs = ReturnType<typeof oldItemsOf>;

/** Makes a deployment's dashboard and alarms. */
export class Monitoring extends Construct {
  /** The alarms by their names within the deployment. */
  readonly alarms: ReadonlyMap<string, Alarm>;

  /** @throws SettingsError `settings.invalid`; UnknownBatchError if `oldItems` names an unknown batch */
  constructor(scope: Construct, id: string, props: MonitoringProps) {
    super(scope, id);
    const { alarms = {}, dashboard = true, owned } = props;
    const oldMs = oldItemsOf(
      owned.flatMap(({ definitions }) => definitions),
      alarms === false ? {} : alarms.oldItems,
    );
    this.alarms = alarms === false ? new Map() : this.#alarms(props, alarms, oldMs).byName;
    if (dashboard) this.#dashboard(props, oldMs);
  }

  #alarms(props: MonitoringProps, { topic }: AlarmOptions, oldMs: OldMs): Alarms {
    const { deployment, metrics, owned } = props;
    return new Alarms(this, 'Alarms', {
      deployment,
      topic,
      // without the functions' metrics these alarms could never go off
      ofDeployment: [...deploymentAlarms(props), ...(metrics ? measuredAlarms(deployment) : [])],
      ofConsumers: (metrics ? owned : []).map(({ consumer: { token, pool }, definitions }) => ({
        token,
        specs:
          pool === undefined
            ? definitions.flatMap(definition =>
                batchAlarms({ deployment, definition, oldMs: oldMs(definition) }),
              )
            : poolAlarms({ deployment, pool, definitions, oldMs }),
      })),
    });
  }

  #dashboard(props: MonitoringProps, oldMs: OldMs): void {
    const { deployment, metrics, owned } = props;
    const pools = owned.flatMap(({ consumer: { pool }, jobs }) =>
      pool === undefined ? [] : [{ pool, jobs }],
    );
    const batches = owned
      .filter(({ consumer: { pool } }) => pool === undefined)
      .flatMap(({ definitions, jobs }) => definitions.map(definition => ({ definition, jobs })));
    const named = batches.map(({ definition }) => definition.name);
    const isMany = pools.length > 0 || batches.length > GRAPHED;
    const measured = isMany ? 'all' : named;
    new Dashboard(this, 'Dashboard', {
      deployment,
      ofDeployment: deploymentWidgets({
        ...props,
        measured: metrics ? measured : [],
      }),
      ofBatches: [
        ...(isMany ? manyWidgets({ deployment, pools, metrics }) : []),
        ...batches
          .slice(0, GRAPHED)
          .flatMap(({ definition, jobs }) =>
            batchWidgets({ deployment, definition, jobs, metrics, oldMs: oldMs(definition) }),
          ),
      ],
    });
  }
}
