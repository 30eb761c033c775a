import { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { AlarmSpec } from './alarm-spec.ts';
import { letAlarmsPublish } from './let-alarms-publish.ts';

export interface AlarmsProps {
  readonly deployment: string;
  readonly topic: ITopic | undefined;
  readonly ofDeployment: readonly AlarmSpec[];
  /** The alarms of each consumer, by its token. */
  readonly ofConsumers: readonly { readonly token: string; readonly specs: readonly AlarmSpec[] }[];
}

/** Makes a deployment's alarms, named `<deployment>/…`. */
export class Alarms extends Construct {
  readonly #deployment: string;
  readonly #action: SnsAction | undefined;

  constructor(scope: Construct, id: string, { deployment, topic, ofDeployment, ofConsumers }: AlarmsProps) {
    super(scope, id);
    this.#deployment = deployment;
    this.#action = topic && new SnsAction(topic);
    if (topic) letAlarmsPublish(this, topic);
    for (const spec of ofDeployment) this.#add(spec.id, spec);
    for (const { token, specs } of ofConsumers) {
      for (const spec of specs) this.#add(`${spec.id}-${token}`, spec);
    }
  }

  #add(id: string, { id: _, name, section, description, lasts = false, ...rest }: AlarmSpec): void {
    const alarm = new Alarm(this, id, {
      ...rest,
      alarmName: `${this.#deployment}/${name}`,
      alarmDescription: `${description} More: docs/operations.md, "${section}".`,
    });
    if (!this.#action) return;
    alarm.addAlarmAction(this.#action);
    if (!lasts) alarm.addOkAction(this.#action);
  }
}
