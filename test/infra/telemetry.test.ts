import { describe, expect, test } from '@jest/globals';
import { Lazy } from 'aws-cdk-lib/core';
import { tickerOptionsFromEnvironment } from '../../functions/lambda/ticker-options.ts';
import type { DeploymentOptions } from '../../infra/cistern-props.ts';
import { type LogLevel, Tracing } from '../../infra/index.ts';
import { rightsOf } from './rights.ts';
import { BATCHES, type Synthesised, synthesise } from './synthesise.ts';

type Variables = Readonly<Record<string, unknown>>;

/** The environments of all functions, by the functions' names. */
function environmentsOf({ resources }: Synthesised): Record<string, Variables> {
  return Object.fromEntries(
    Object.values(resources('AWS::Lambda::Function')).map(({ Properties }) => [
      String(Properties['FunctionName']),
      (Properties['Environment'] as { readonly Variables: Variables }).Variables,
    ]),
  );
}
const environments = (options: DeploymentOptions) => environmentsOf(synthesise('shop', BATCHES, options));
const each = (options: DeploymentOptions) => Object.values(environments(options));
const invalid = (setting: string) =>
  expect.objectContaining({ code: 'settings.invalid', details: expect.objectContaining({ setting }) });

describe('metrics', () => {
  test('are written unless they are not wanted', () => {
    for (const variables of each({})) expect(variables).toMatchObject({ CISTERN_METRICS: 'emf' });
    for (const variables of each({ metrics: false })) expect(variables).not.toHaveProperty('CISTERN_METRICS');
  });
});

describe('the log level', () => {
  test.each<LogLevel>(['DEBUG', 'INFO', 'WARN', 'ERROR'])('may be %s', logLevel => {
    for (const variables of each({ logLevel })) {
      expect(variables).toMatchObject({ CISTERN_LOG_LEVEL: logLevel });
    }
  });

  test('is INFO by itself', () => {
    for (const variables of each({})) expect(variables).toMatchObject({ CISTERN_LOG_LEVEL: 'INFO' });
  });

  test('is none that there is not', () => {
    expect(() => each({ logLevel: 'debug' as LogLevel })).toThrow(invalid('logLevel'));
  });
});

describe('tracing', () => {
  const names = [...Object.keys(environments({}))];
  const XRAY = ['xray:PutSpans', 'xray:PutSpansForIndexing'];

  test('is off by itself: no variable, no right', () => {
    const plain = synthesise('shop', BATCHES);
    for (const variables of Object.values(environmentsOf(plain))) {
      expect(variables).not.toHaveProperty('CISTERN_TRACING');
    }
    expect(JSON.stringify(plain.template.toJSON())).not.toContain('xray');
  });

  test('goes to a collector, for which no right is needed', () => {
    const traced = synthesise('shop', BATCHES, {
      tracing: Tracing.otlp({ endpoint: 'http://collector.internal:4318/v1/traces' }),
    });
    for (const variables of Object.values(environmentsOf(traced))) {
      expect(variables).toMatchObject({ CISTERN_TRACING: 'http://collector.internal:4318/v1/traces' });
    }
    expect(JSON.stringify(traced.template.toJSON())).not.toContain('xray');
  });

  const traced = synthesise('shop', BATCHES, { tracing: Tracing.xray() });
  const environmentsOfRatio = (ratio: number) =>
    Object.values(environmentsOf(synthesise('shop', BATCHES, { tracing: Tracing.xray({ ratio }) })));

  test.each(names)('goes to X-Ray, which %s has the right to, and to nothing else of it', name => {
    expect(environmentsOf(traced)[name]).toMatchObject({ CISTERN_TRACING: 'xray' });
    expect(rightsOf(traced, name)['*']).toEqual(XRAY);
  });

  test.each([
    'collector:4318',
    'grpc://collector:4317/v1/traces',
    'http://collector:4318',
    'https://user:secret@collector/v1/traces',
    'https://collector/v1/traces?api-key=secret',
    '',
  ])('cannot go to %j', endpoint => {
    expect(() => Tracing.otlp({ endpoint })).toThrow(invalid('tracing.endpoint'));
  });

  test('records as many traces as are wanted', () => {
    for (const variables of environmentsOfRatio(0.05)) {
      expect(variables).toMatchObject({ CISTERN_TRACING_RATIO: '0.05' });
    }
    expect(environmentsOf(traced)[names[0] ?? '']).not.toHaveProperty('CISTERN_TRACING_RATIO');
  });

  test.each([-1, 1.1, Number.NaN])('cannot record a part of %d', ratio => {
    expect(() => Tracing.xray({ ratio })).toThrow(invalid('tracing.ratio'));
    expect(() => Tracing.otlp({ endpoint: 'http://collector/v1/traces', ratio })).toThrow(
      invalid('tracing.ratio'),
    );
  });

  test('may go to what is known only when it is deployed', () => {
    const endpoint = Lazy.string({ produce: () => 'http://balancer/v1/traces' });
    expect(each({ tracing: Tracing.otlp({ endpoint }) })[0]).toMatchObject({
      CISTERN_TRACING: 'http://balancer/v1/traces',
    });
  });
});

describe('the ticker', () => {
  const ticker = (options: DeploymentOptions['ticker']) =>
    environments(options ? { ticker: options } : {})['shop-ticker'];

  test('goes by its own defaults', () => {
    expect(ticker(undefined)).not.toHaveProperty('CISTERN_TICK_INTERVAL_MS');
    expect(ticker(undefined)).not.toHaveProperty('CISTERN_LEADER_ELECTION');
  });

  test('is told what it is given, and nobody else is', () => {
    const { 'shop-ticker': own, ...others } = environments({
      ticker: { intervalMs: 250, leaderElection: false },
    });
    expect(own).toMatchObject({ CISTERN_TICK_INTERVAL_MS: '250', CISTERN_LEADER_ELECTION: 'false' });
    for (const variables of Object.values(others)) {
      expect(Object.keys(variables)).not.toContain('CISTERN_TICK_INTERVAL_MS');
    }
  });

  test.each([100, 30_000])('understands the bound of %d ms that is let through', intervalMs => {
    const variables = ticker({ intervalMs }) as NodeJS.ProcessEnv;
    expect(tickerOptionsFromEnvironment(variables)).toMatchObject({ tickIntervalMs: intervalMs });
  });

  test.each([99, 30_001, 250.5, Number.NaN])('cannot look every %d ms', intervalMs => {
    expect(() => ticker({ intervalMs })).toThrow(invalid('ticker.intervalMs'));
  });
});

test('no function’s environment looks as if it had a secret', () => {
  for (const [name, variables] of Object.entries(environments({ tracing: Tracing.xray() }))) {
    const suspects = Object.entries(variables).filter(
      ([variable, value]) =>
        /secret|token|password|passwd|credential|api_?key|private|headers/i.test(variable) ||
        /\b(AKIA|ASIA)[A-Z0-9]{16}\b|:\/\/[^/]*@|-----BEGIN|Bearer /.test(JSON.stringify(value)),
    );
    expect([name, suspects]).toEqual([name, []]);
  }
});
