import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as FunctionTarget } from 'aws-cdk-lib/aws-events-targets';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { TICKER_SCHEDULE_MINUTES } from '#lib/topology';

export interface TickerScheduleProps {
  readonly ticker: IFunction;
}

/**
 * Wakes the ticker each minute. Neither EventBridge nor Lambda repeats a failed call: the next regular call comes before a
 * repetition would, and does the same.
 */
export class TickerSchedule extends Construct {
  constructor(scope: Construct, id: string, { ticker }: TickerScheduleProps) {
    super(scope, id);
    const period = Duration.minutes(TICKER_SCHEDULE_MINUTES);
    ticker.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: period });
    new Rule(this, 'Rule', {
      schedule: Schedule.rate(period),
      targets: [new FunctionTarget(ticker, { retryAttempts: 0, maxEventAge: period })],
    });
  }
}
