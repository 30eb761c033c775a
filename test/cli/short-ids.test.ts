import { describe, expect, test } from '@jest/globals';
import { MemoryApi } from '../support/memory-api.ts';
import { runCli } from '../support/run-cli.ts';

const FIRST = '0192d3a4-1111-5111-8111-111111111111';
const SECOND = '0192d3ff-2222-5222-8222-222222222222';

describe('the beginning of a job’s id', () => {
  test('is what tables show, and what commands take', async () => {
    const api = new MemoryApi();
    const [id = ''] = await api.ran({ id: 1, fail: true });
    const short = id.slice(0, 8);
    expect((await runCli(['jobs', 'clicks'], api)).stdout).toMatch(new RegExp(`^${short}  dead`, 'm'));
    expect((await runCli(['job', short, '--json'], api)).json()).toMatchObject({ id });
    expect((await runCli(['wait', short, '--json'], api)).json()).toMatchObject({ id });
    expect((await runCli(['redrive', short.toUpperCase(), '--json'], api)).json()).toMatchObject({ id });
    const [done = ''] = await api.ran({ id: 2 });
    const purged = await runCli(['purge', done.slice(0, 8), '--yes', '--json'], api);
    expect(purged.json()).toMatchObject({ purged: done });
  });

  test('that several jobs have is refused, with their ids', async () => {
    const api = await new MemoryApi().waits([FIRST, SECOND]);
    const { exitCode, stderr } = await runCli(['job', '0192d3'], api);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/\[cli.job_ambiguous\] 2 jobs .* Give more of/);
    expect(stderr).toContain(FIRST);
    expect(stderr).toContain(SECOND);
  });

  test('that no job has is refused, and says where it was looked for', async () => {
    const { exitCode, stderr } = await runCli(['job', 'abcd'], new MemoryApi());
    expect([exitCode, stderr]).toEqual([4, expect.stringContaining("[cli.job_not_found] No job's")]);
  });

  test('is not looked for where the whole id is given', async () => {
    const api = await new MemoryApi().waits([FIRST, SECOND]);
    await runCli(['job', FIRST], api);
    expect(api.asked.map(({ path }) => path)).toEqual([`/v1/jobs/${FIRST}`]);
  });
});
