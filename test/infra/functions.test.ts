import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Match } from 'aws-cdk-lib/assertions';
import { EventBus, type IEventBus } from 'aws-cdk-lib/aws-events';
import { Architecture } from 'aws-cdk-lib/aws-lambda';
import { App, Stack } from 'aws-cdk-lib/core';
import { HTTP_ROUTES } from '#lib/operations/routes';
import { ADMIN_ACTIONS, TICKER_SCHEDULE_MINUTES } from '#lib/topology';
import type { DeploymentOptions } from '../../infra/cistern-props.ts';
import { CisternResources } from '../../infra/cistern-resources.ts';
import {
  BATCHES,
  batchesNamed,
  STACK_HOLDS,
  STACK_HOLDS_UNWATCHED,
  type Synthesised,
  synthesise,
} from './synthesise.ts';

const synthesised = synthesise('shop', BATCHES);
const { stack, template, topology, named, resources } = synthesised;
const { ingest, adminHttp, timer, ticker, deadLetter } = topology.functions;
const consumers = topology.consumers.map(each => each.function);
const functions = [...Object.values(topology.functions), ...consumers];
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

  test('run on x64 where that is chosen, all of them', () => {
    const { resources } = synthesise('shop', BATCHES, { architecture: Architecture.X86_64 });
    const processors = Object.values(resources('AWS::Lambda::Function')).map(
      ({ Properties }) => Properties['Architectures'],
    );
    expect(processors).toEqual(functions.map(() => ['x86_64']));
  });

  test.each(functions)('$name knows its deployment', ({ name, environment }) => {
    expect(lambda(name).Properties['Environment']).toEqual({
      Variables: {
        ...environment,
        CISTERN_DEPLOYMENT: 'shop',
        CISTERN_QUEUE_URL_BASE: stack.resolve(
          `https://sqs.${stack.region}.${stack.urlSuffix}/${stack.account}/`,
        ),
        CISTERN_METRICS: 'emf',
        CISTERN_LOG_LEVEL: 'INFO',
        NODE_OPTIONS: '--enable-source-maps',
      },
    });
  });

  test.each(ADMIN_ACTIONS)('%s is a function by itself, which knows what it is', action => {
    const { name, environment } = topology.functions[action];
    expect(name).toBe(`shop-${action}`);
    expect(environment).toEqual({ CISTERN_ACTION: action });
  });

  test.each(functions)('$name has a log of its own, for a month', ({ name }) => {
    const log = named('AWS::Logs::LogGroup', 'LogGroupName', `/aws/lambda/${name}`);
    expect(log.Properties['RetentionInDays']).toBe(30);
    expect(lambda(name).Properties['LoggingConfig']).toMatchObject({ LogGroup: { Ref: log.id } });
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
  test.each(functions)('$name has no line of Lambda’s for an invocation that goes well', ({ name }) => {
    expect(lambda(name).Properties['LoggingConfig']).toMatchObject({
      LogFormat: 'JSON',
      SystemLogLevel: 'WARN',
    });
  });

  test.each(['INFO', 'WARN', 'ERROR'] as const)(
    'keep their metrics, which Lambda takes for lines of INFO, with the log level %s',
    logLevel => {
      const quiet = synthesise('shop', BATCHES, { logLevel });
      const { Properties } = quiet.named('AWS::Lambda::Function', 'FunctionName', ingest.name);
      expect(Properties['LoggingConfig']).toMatchObject({ ApplicationLogLevel: 'INFO' });
    },
  );

  test('log all that there is with the log level DEBUG', () => {
    const loud = synthesise('shop', BATCHES, { logLevel: 'DEBUG' });
    const { Properties } = loud.named('AWS::Lambda::Function', 'FunctionName', ingest.name);
    expect(Properties['LoggingConfig']).toMatchObject({
      ApplicationLogLevel: 'DEBUG',
      SystemLogLevel: 'INFO',
    });
  });

  // Lambda ends a loop after about 16 turns. The timer of a busy buffer hands full windows over to another timer, and a
  // handler may add to its own batch: each turn has work of its own.
  test.each(functions)('$name may be part of a loop if its own messages can come back to it', ({ name }) => {
    const loops = [timer, deadLetter, ...consumers].some(looping => looping.name === name);
    expect(lambda(name).Properties['RecursiveLoop']).toBe(loops ? 'Allow' : 'Terminate');
  });
});

describe('what invokes them', () => {
  const sources = [
    { reader: timer, queue: topology.timer },
    { reader: deadLetter, queue: topology.dead },
    ...topology.consumers.map(({ function: reader, jobs: queue }) => ({ reader, queue })),
  ].map(source => ({ ...source, name: source.queue.name }));

  test('is one event source per queue', () => {
    template.resourceCountIs('AWS::Lambda::EventSourceMapping', sources.length);
  });

  test.each(sources)('$name is read as the topology says, message by message', ({ reader, queue }) => {
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      FunctionName: { Ref: lambda(reader.name).id },
      EventSourceArn: { 'Fn::GetAtt': [named('AWS::SQS::Queue', 'QueueName', queue.name).id, 'Arn'] },
      BatchSize: queue.eventBatchSize,
      // Lambda polls an idle queue with two pollers, and not with five, where there is no bound
      ScalingConfig:
        queue.maxConcurrency === undefined ? Match.absent() : { MaximumConcurrency: queue.maxConcurrency },
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
  const targetOf = (routeKey: string): unknown => {
    const { Properties } = named('AWS::ApiGatewayV2::Route', 'RouteKey', routeKey);
    const join = Properties['Target'] as { readonly 'Fn::Join': readonly [string, readonly unknown[]] };
    const { Ref } = join['Fn::Join'][1][1] as { readonly Ref: string };
    const integration = resources('AWS::ApiGatewayV2::Integration')[Ref]?.Properties;
    expect(integration).toMatchObject({ PayloadFormatVersion: '2.0' });
    return integration?.['IntegrationUri'];
  };
  const arnOf = (name: string) => ({ 'Fn::GetAtt': [lambda(name).id, 'Arn'] });
  const keys = (routes: (typeof HTTP_ROUTES)['ingest']) =>
    routes.map(({ method, path }) => `${method} ${path}`);

  // API Gateway answers preflight requests itself only where no route of every method or path takes them
  test('has the routes of the operations, one by one, and no other', () => {
    const found = Object.values(resources('AWS::ApiGatewayV2::Route')).map(
      ({ Properties }) => Properties['RouteKey'],
    );
    expect(found.sort()).toEqual([...keys(HTTP_ROUTES.ingest), ...keys(HTTP_ROUTES.adminHttp)].sort());
  });

  test.each(keys(HTTP_ROUTES.ingest))('has the ingest function answer %s', key => {
    expect(targetOf(key)).toEqual(arnOf(ingest.name));
  });

  test.each(keys(HTTP_ROUTES.adminHttp))('has the operators’ function answer %s', key => {
    expect(targetOf(key)).toEqual(arnOf(adminHttp.name));
  });

  test.each([ingest, adminHttp])('may invoke $name by every route', ({ name }) => {
    template.hasResourceProperties('AWS::Lambda::Permission', {
      Action: 'lambda:InvokeFunction',
      Principal: 'apigateway.amazonaws.com',
      FunctionName: arnOf(name),
      SourceArn: stack.resolve(
        `arn:${stack.partition}:execute-api:${stack.region}:${stack.account}:${synthesised.cistern.api.httpApi.apiId}/*/*`,
      ),
    });
  });

  test('may invoke these two and nothing else', () => {
    const permissions = Object.values(resources('AWS::Lambda::Permission')).map(({ Properties }) => ({
      principal: Properties['Principal'],
      target: Properties['FunctionName'],
    }));
    const gateway = 'apigateway.amazonaws.com';
    expect(permissions).toHaveLength(3);
    expect(permissions).toEqual(
      expect.arrayContaining([
        { principal: gateway, target: arnOf(ingest.name) },
        { principal: gateway, target: arnOf(adminHttp.name) },
        { principal: 'events.amazonaws.com', target: arnOf(ticker.name) },
      ]),
    );
  });
});

describe('a stack', () => {
  const sizes = (definitions: number, options: DeploymentOptions) => {
    // names as long as they may be: a template has bounds for resources and for bytes
    const names = Array.from(
      { length: definitions },
      (_, i) => `${'a-batch-'.repeat(6).slice(0, 46)}${i + 10}`,
    );
    const made = synthesise('a-deployment-of-24-chars', batchesNamed(...names), options).template.toJSON();
    return {
      resources: Object.keys(made['Resources']).length,
      bytes: JSON.stringify(made, undefined, 1).length,
    };
  };

  test.each([
    { holds: STACK_HOLDS, each: 8, options: {} },
    { holds: STACK_HOLDS_UNWATCHED, each: 5, options: { alarms: false, dashboard: false } },
  ] as const)('has $each resources for a definition, and room for $holds of them, with $options', of => {
    const { holds, each, options } = of;
    expect(sizes(3, options).resources - sizes(1, options).resources).toBe(2 * each);
    const full = sizes(holds, options);
    // and one more, in which CDK tells AWS what it is made of
    expect(full.resources + 1).toBeLessThanOrEqual(500);
    expect(full.resources + 1 + each).toBeGreaterThan(500);
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
    expect(full.bytes).toBeLessThan(1_000_000);
  });

  test('is said to hold as many definitions as it does', () => {
    expect(readFileSync('README.md', 'utf8')).toContain(`One stack holds ${STACK_HOLDS} definitions`);
  });
});

describe('the event bus', () => {
  const events = BATCHES.map(definition => ({ ...definition, events: true }));
  const environmentOf = (synthesised: Synthesised, name: string) =>
    synthesised.named('AWS::Lambda::Function', 'FunctionName', name).Properties['Environment'] as {
      readonly Variables: Readonly<Record<string, unknown>>;
    };

  test('is the account’s, unless another is named', () => {
    expect(environmentOf(synthesised, ingest.name).Variables).not.toHaveProperty('CISTERN_EVENT_BUS');
    template.templateMatches({ Outputs: { CisternEventBus: Match.absent() } });
    const other = synthesise('shop', BATCHES, { eventBus: 'lake' });
    for (const { name } of functions) {
      expect(environmentOf(other, name).Variables).toMatchObject({ CISTERN_EVENT_BUS: 'lake' });
    }
    other.template.hasOutput('CisternEventBus', { Value: 'lake' });
  });

  test('may be a bus of CDK’s', () => {
    const { template: own, resources: made } = synthesise('shop', events, stack => ({
      // CDK’s own types do not hold where optional properties are exact
      eventBus: new EventBus(stack, 'Bus') as IEventBus,
    }));
    const [id] = Object.keys(made('AWS::Events::EventBus'));
    own.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ CISTERN_EVENT_BUS: { Ref: id } }) },
    });
    const roles = JSON.stringify(made('AWS::IAM::Role'));
    expect(roles).toContain('events:PutEvents');
    expect(roles).toContain(`:event-bus/",{"Ref":"${id}"}`);
  });

  test('of another account is refused: its name says nothing here', () => {
    const elsewhere = 'arn:aws:events:eu-west-1:999999999999:event-bus/lake';
    const stack = new Stack(new App(), 'Shop', { env: { account: '111111111111', region: 'eu-west-1' } });
    const props = { definitions: events, code: undefined };
    const eventBus = EventBus.fromEventBusArn(stack, 'Bus', elsewhere);
    expect(() => new CisternResources(stack, 'Cistern', { ...props, eventBus })).toThrow(
      'eventBus must be a bus of the stack’s account and region; it was "999999999999/eu-west-1"',
    );
  });

  test('has a name that a bus can have', () => {
    expect(() => synthesise('shop', BATCHES, { eventBus: 'a bus' })).toThrow(
      expect.objectContaining({ code: 'settings.invalid' }),
    );
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
