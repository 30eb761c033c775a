import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseTime } from '#lib/text/parse-time';
import { operators } from '../support/operators.ts';
import { runCli } from '../support/run-cli.ts';

const THERE_IS_NOT = ['2026-02-31', '2026-02-29', '2026-04-31T09:00Z', '2026-03-01T24:00Z', '2026-13-01'];
const NO_TIME = [
  '',
  'yesterday',
  '2026',
  '2026-03',
  '2026-03-01T09:30',
  '2026-03-01T09:30+0100',
  ' 2026-03-01',
];

describe('a time', () => {
  test.each([
    ['2026-03-01', '2026-03-01T00:00:00.000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
    ['2026-03-01T09:30Z', '2026-03-01T09:30:00.000Z'],
    ['2026-03-01T00:30:00.25+02:00', '2026-02-28T22:30:00.250Z'],
    ['2026-12-31T23:59:59-05:00', '2027-01-01T04:59:59.000Z'],
  ])('%s is %s', (text, iso) => {
    expect(new Date(parseTime(text) ?? 0).toISOString()).toBe(iso);
  });

  test('is what a Date writes, and every day that a calendar has', () => {
    const dates = fc.date({
      min: new Date('0001-01-01'),
      max: new Date('9999-12-31T23:59:59.999Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(dates, date => {
        expect(parseTime(date.toISOString())).toBe(date.getTime());
        expect(parseTime(date.toISOString().slice(0, 10))).toBe(Math.floor(+date / 86_400_000) * 86_400_000);
      }),
    );
  });

  test.each([...THERE_IS_NOT, ...NO_TIME, '2026-03-01T09:30:00+99:00'])('is not %j', text => {
    expect(parseTime(text)).toBeUndefined();
  });

  test.each([...THERE_IS_NOT, 'yesterday'])('that is %s is refused over HTTP and by commands', async text => {
    const { get, post } = operators();
    for (const name of ['since', 'until']) {
      const { status, body } = await get(`/v1/batches/plain/jobs?${name}=${text}`);
      expect([status, body['detail']]).toEqual([400, expect.stringContaining('a day of the calendar')]);
      expect((await post('/v1/batches/plain/purge', { status: 'dead', [name]: text })).status).toBe(400);
      const { exitCode, stderr } = await runCli(['jobs', 'plain', `--${name}`, text]);
      expect([exitCode, stderr]).toEqual([2, expect.stringContaining('a day of the calendar')]);
    }
    expect((await get(`/v1/batches/plain/errors?since=${text}`)).status).toBe(400);
  });
});
