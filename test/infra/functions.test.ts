import { describe, expect, test } from '@jest/globals';
import { Match } from 'aws-cdk-lib/assertions';
import { TICKER_SCHEDULE_MINUTES } from '#lib/topology';
import { BATCHES, synthesise } from './synthesise.ts';

const { stack, template, topology, named, resources } = synthesise('shop', BATCHES);
const { ingest, timer, ticker, deadLetter } = topology.functions;
const consumers = topology.batches.map(({ consumer }) => consumer);
const functions = [ingest, timer, ticker, deadLetter, ...consumers];
const lambda = (name: string) => named('AWS::Lambda::Function', 'FunctionName', name);

describe('the functions', () => {
  test('are those of the topology, and no others', () => {
    const names = Object.values(resources('AWS::Lambda::Function')).map(
      ({ Properties }) => Properties['FunctionName'],
    );
    expect(names.sort()).toEqual(functions.map(({ name }) => name).sort());
  });

  test.each(functions)(
    '$name has the topology’s memory and timeout',
    ({ name, memoryMb, timeoutSeconds }) => {
      expect(lambda(name).Properties).toMatchObject({ MemorySize: memoryMb, Timeout: timeoutSeconds });
    },
  );

  test.each(functions)('$name runs on the newest Node.js, on arm64', ({ name }) => {
    expect(lambda(name).Properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
    });
  });

  test.each(functions)('$name knows its deployment', ({ name, environment }) => {
    expect(lambda(name).Properties['Environment']).toEqual({
      Variables: {
        ...environment,
        CISTERN_DEPLOYMENT: 'shop',
        CISTERN_QUEUE_URL_BASE: stack.resolve(
          `https://sqs.${stack.region}.${stack.urlSuffix}/${stack.account}/`,
        ),
        NODE_OPTIONS: '--enable-source-maps',
      },
    });
  });

  test.each(functions)('$name has a log of its own, for a month', ({ name }) => {
    const log = named('AWS::Logs::LogGroup', 'LogGroupName', `/aws/lambda/${name}`);
    expect(log.Properties['RetentionInDays']).toBe(30);
    expect(lambda(name).Properties['LoggingConfig']).toEqual({ LogGroup: { Ref: log.id } });
  });

  // Lambda ends what it takes for a runaway loop: here each turn has work of its own
  test.each(functions)('$name may be part of a loop if its own messages can come back to it', ({ name }) => {
    const loops = [timer, deadLetter, ...consumers].some(looping => looping.name === name);
    expect(lambda(name).Properties['RecursiveLoop']).toBe(loops ? 'Allow' : 'Terminate');
  });
});

describe('what invokes them', () => {
  const sources = [
    { reader: timer, queue: topology.timer },
    ...topology.batches.flatMap(({ consumer, jobs, dead }) => [
      { reader: consumer, queue: jobs },
      { reader: deadLetter, queue: dead },
    ]),
  ].map(source => ({ ...source, name: source.queue.name }));

  test('is one event source per queue', () => {
    template.resourceCountIs('AWS::Lambda::EventSourceMapping', sources.length);
  });

  test.each(sources)('$name is read as the topology says, message by message', ({ reader, queue }) => {
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      FunctionName: { Ref: lambda(reader.name).id },
      EventSourceArn: { 'Fn::GetAtt': [named('AWS::SQS::Queue', 'QueueName', queue.name).id, 'Arn'] },
      BatchSize: queue.eventBatchSize,
      ScalingConfig: { MaximumConcurrency: queue.maxConcurrency },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      // the window of an event source is no accumulator
      MaximumBatchingWindowInSeconds: Match.absent(),
    });
  });

  test('no queue hides a message for less than its function may run: Lambda refuses to connect the two', () => {
    const ids = { ...resources('AWS::SQS::Queue'), ...resources('AWS::Lambda::Function') };
    const property = (id: string, name: string) => Number(ids[id]?.Properties[name]);
    const mappings = Object.values(resources('AWS::Lambda::EventSourceMapping')).map(
      ({ Properties }) =>
        Properties as {
          readonly EventSourceArn: { readonly 'Fn::GetAtt': readonly [string, string] };
          readonly FunctionName: { readonly Ref: string };
        },
    );
    for (const { EventSourceArn, FunctionName } of mappings) {
      const visibility = property(EventSourceArn['Fn::GetAtt'][0], 'VisibilityTimeout');
      expect(visibility).toBeGreaterThanOrEqual(property(FunctionName.Ref, 'Timeout'));
    }
  });

  test('is a schedule for the ticker, whose failures are not repeated', () => {
    const { id } = lambda(ticker.name);
    const minutes = TICKER_SCHEDULE_MINUTES;
    template.hasResourceProperties('AWS::Events::Rule', {
      ScheduleExpression: `rate(${minutes} minute${minutes === 1 ? '' : 's'})`,
      State: 'ENABLED',
      Targets: [Match.objectLike({ Arn: { 'Fn::GetAtt': [id, 'Arn'] } })],
    });
    template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      FunctionName: { Ref: id },
      MaximumRetryAttempts: 0,
    });
  });
});

describe('the HTTP API', () => {
  test('asks every request for a signature', () => {
    const routes = Object.values(resources('AWS::ApiGatewayV2::Route'));
    expect(routes.length).toBeGreaterThan(0);
    for (const { Properties } of routes) expect(Properties['AuthorizationType']).toBe('AWS_IAM');
  });

  test('has the ingest function answer all of them', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Route', { RouteKey: '$default' });
    template.allResourcesProperties('AWS::ApiGatewayV2::Integration', {
      IntegrationUri: { 'Fn::GetAtt': [lambda(ingest.name).id, 'Arn'] },
      PayloadFormatVersion: '2.0',
    });
  });

  test('may invoke nothing else', () => {
    template.hasResourceProperties('AWS::Lambda::Permission', {
      Principal: 'apigateway.amazonaws.com',
      FunctionName: { 'Fn::GetAtt': [lambda(ingest.name).id, 'Arn'] },
    });
    const permissions = Object.values(resources('AWS::Lambda::Permission'));
    expect(permissions.map(({ Properties }) => Properties['Principal']).sort()).toEqual([
      'apigateway.amazonaws.com',
      'events.amazonaws.com',
    ]);
  });
});

test('the outputs say what a producer has to know', () => {
  template.hasOutput('ApiEndpoint', {});
  template.hasOutput('CisternDeployment', { Value: 'shop' });
  template.hasOutput('CisternQueueUrlBase', {
    Value: stack.resolve(`https://sqs.${stack.region}.${stack.urlSuffix}/${stack.account}/`),
  });
  template.hasOutput('IngestFunctionName', { Value: { Ref: lambda(ingest.name).id } });
});
