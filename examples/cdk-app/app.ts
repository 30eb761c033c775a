import { App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Cistern } from 'cistern/cdk';

const stack = new Stack(new App(), 'Shop');

// who is to know when something is wrong: subscribe an address, or a pager
const oncall = new Topic(stack, 'Oncall', { enforceSSL: true });

const cistern = new Cistern(stack, 'Cistern', {
  deployment: 'shop',
  definitions: './batches',
  consumers: { clicks: { memorySize: 1_024 } },
  alarms: { topic: oncall },
});

// what `npx cistern status --stack Shop` looks for
new CfnOutput(stack, 'ApiEndpoint', { value: cistern.api.endpoint });

// what the handler of the batch needs
const table = new Table(stack, 'Clicks', {
  partitionKey: { name: 'id', type: AttributeType.STRING },
  billingMode: BillingMode.PAY_PER_REQUEST,
});
const { function: consumer } = cistern.consumer('clicks');
table.grantWriteData(consumer);
consumer.addEnvironment('CLICKS_TABLE', table.tableName);

// a function that adds, with clicks.add(…)
const website = new LambdaFunction(stack, 'Website', {
  runtime: Runtime.NODEJS_24_X,
  handler: 'index.handler',
  code: Code.fromInline('exports.handler = async () => ({ statusCode: 200 });'),
  environment: cistern.producerEnvironment,
});
cistern.grantProduce(website, 'clicks');

// somebody who may hold the batch while the warehouse is being mended
const operator = new Role(stack, 'Operator', { assumedBy: new AccountRootPrincipal() });
cistern.grantAdmin(operator, 'pause', 'resume', 'status');

// an alarm of the shop's own: a site that adds the same clicks again and again is broken
cistern
  .metricDuplicates('clicks', { period: Duration.hours(1) })
  .createAlarm(stack, 'ManyDuplicates', {
    threshold: 10_000,
    evaluationPeriods: 1,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  })
  .addAlarmAction(new SnsAction(oncall));
