import { describe, expect, test } from '@jest/globals';
import { FakeApi, jobInfo } from '../support/fake-api.ts';
import { runCli } from '../support/run-cli.ts';

const FIRST = '0192d3a4-1111-5111-8111-111111111111';
const SECOND = '0192d3ff-2222-5222-8222-222222222222';

const setUp = () => {
  const api = new FakeApi();
  api.jobs = [jobInfo(FIRST, { status: 'dead' }), jobInfo(SECOND)];
  return api;
};

describe('the beginning of a job’s id', () => {
  test('is what tables show, and what commands take', async () => {
    const api = setUp();
    expect((await runCli(['jobs', 'clicks'], api)).stdout).toMatch(/^0192d3a4 {2}dead/m);
    expect((await runCli(['job', '0192d3a4', '--json'], api)).json()).toMatchObject({ id: FIRST });
    expect((await runCli(['redrive', '0192D3A4', '--json'], api)).json()).toMatchObject({ id: FIRST });
    expect((await runCli(['purge', '0192d3ff', '--yes', '--json'], api)).json()).toEqual({ purged: SECOND });
    expect((await runCli(['wait', '0192d3ff', '--json'], api)).json()).toMatchObject({ id: SECOND });
  });

  test('that several jobs have is refused, with their ids', async () => {
    const { exitCode, stderr } = await runCli(['job', '0192d3'], setUp());
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(
      new RegExp(`\\[cli.job_ambiguous\\] 2 jobs .*: ${FIRST}, ${SECOND}. Give more of`),
    );
  });

  test('that no job has is refused, and says where it was looked for', async () => {
    const { exitCode, stderr } = await runCli(['job', 'abcd'], setUp());
    expect([exitCode, stderr]).toEqual([
      4,
      expect.stringContaining('[cli.job_not_found] No job’s'.replace('’', "'")),
    ]);
  });

  test('is not looked for where the whole id is given', async () => {
    const api = setUp();
    await runCli(['job', FIRST], api);
    expect(api.asked.map(({ path }) => path)).toEqual([`/v1/jobs/${FIRST}`]);
  });
});
