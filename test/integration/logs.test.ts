import { fork } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { MARKS } from '../support/marks-in-logs.ts';

const SCRIPT = fileURLToPath(new URL('../support/marked-process.ts', import.meta.url));
const SECRETS = [MARKS.item, MARKS.group, MARKS.key, MARKS.credential];

describe('what a deployment logs', () => {
  let told: unknown;
  let lines: string[];

  beforeAll(async () => {
    const child = fork(SCRIPT, [], {
      execArgv: ['--conditions=source', '--import', 'tsx'],
      env: { ...process.env, AWS_ACCESS_KEY_ID: MARKS.credential, AWS_SECRET_ACCESS_KEY: MARKS.credential },
      silent: true,
    });
    if (child.stdout === null || child.stderr === null) throw new Error('A silent child has both.');
    child.once('message', message => {
      told = message;
    });
    const [[code], ...outputs] = await Promise.all([
      once(child, 'exit'),
      text(child.stdout),
      text(child.stderr),
    ]);
    lines = outputs.flatMap(output => output.split('\n'));
    if (code !== 0) throw new Error(`It ended with ${code}:\n${lines.join('\n')}`);
  }, 120_000);

  /** Lines that handlers have written, and all others. */
  const isHandlers = (line: string) => line.includes(MARKS.loggedByHandler);

  test('was written while all this happened', () => {
    const ends = (name: string) => ({
      [`${name} succeeds`]: 'completed',
      [`${name} once`]: 'completed',
      [`${name} partly`]: 'dead',
      [`${name} always`]: 'dead',
      [`${name} late`]: 'dead',
    });
    expect(told).toEqual({
      happened: { ...ends('stored'), ...ends('in-memory'), onDead: expect.any(Number) },
      statuses: [202, 422, 422, 422, 422, 422, 400, 400, 415, 413, 404, 404, 400, 200, 200, 500, 503],
    });
  });

  test.each(SECRETS)('has nothing of %s: items, keys of groups and duplicates, credentials', secret => {
    const others = lines.filter(line => !isHandlers(line));
    expect(others.filter(line => line.includes(secret))).toEqual([]);
  });

  test('has what a handler throws, by its message', () => {
    expect(lines.some(line => line.includes(MARKS.thrownByHandler))).toBe(true);
  });

  test('has what a handler logs, with its group, and no more than it says', () => {
    const handlers = lines.filter(isHandlers);
    expect(handlers.length).toBeGreaterThan(1);
    for (const line of handlers) {
      expect(line).toContain(MARKS.group);
      for (const secret of [MARKS.item, MARKS.key, MARKS.credential]) expect(line).not.toContain(secret);
    }
  });

  test('tells what went wrong here', () => {
    expect(lines.join('\n')).toContain('ResourceNotFoundException');
    expect(lines.join('\n')).toContain(MARKS.unknownJob);
  });
});
