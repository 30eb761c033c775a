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
  /** By their names within the deployment. */
  readonly byName: ReadonlyMap<string, Alarm>;
  readonly #deployment: string;
  readonly #action: SnsAction | undefined;

  constructor(scope: Construct, id: string, { deployment, topic, ofDeployment, ofConsumers }: AlarmsProps) {
    super(scope, id);
    this.#deployment = deployment;
    this.#action = topic && new SnsAction(topic);
    if (topic) letAlarmsPublish(this, topic);
    const own = ofDeployment.map(spec => [spec.name, this.#make(spec.id, spec)] as const);
    const consumers = ofConsumers.flatMap(({ token, specs }) =>
      specs.map(spec => [spec.name, this.#make(`${spec.id}-${token}`, spec)] as const),
    );
    this.byName = new Map([...own, ...consumers]);
  }

  #make(id: string, { id: _, name, section, description, lasts = false, ...rest }: AlarmSpec): Alarm {
    const alarm = new Alarm(this, id, {
      ...rest,
      alarmName: `${this.#deployment}/${name}`,
      alarmDescription: `${description} More: docs/operations.md, "${section}".`,
    });
    if (!this.#action) return alarm;
    alarm.addAlarmAction(this.#action);
    if (!lasts) alarm.addOkAction(this.#action);
    return alarm;
  }
}
