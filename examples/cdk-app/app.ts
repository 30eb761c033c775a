import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Cistern } from 'cistern/cdk';

const stack = new Stack(new App(), 'Shop');

const cistern = new Cistern(stack, 'Cistern', {
  deployment: 'shop',
  definitions: './batches',
  consumers: { clicks: { memorySize: 1_024 } },
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
