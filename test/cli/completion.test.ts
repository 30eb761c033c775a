import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { SHELLS } from '../../cli/complete/scripts.ts';
import { MemoryApi } from '../support/memory-api.ts';
import { runCli } from '../support/run-cli.ts';

/** What completes the last of these words. */
async function completed(...words: string[]): Promise<string[]> {
  const { stdout } = await runCli(['complete-words', '--', ...words], new MemoryApi());
  return stdout
    .split('\n')
    .map(line => line.split('\t')[0] ?? '')
    .filter(word => word !== '');
}

describe('what completes a word', () => {
  test.each([
    [['sta'], ['start', 'status']],
    [
      ['redrive', '--s'],
      ['--status', '--says', '--since', '--stack'],
    ],
    [
      ['redrive', '--status', ''],
      ['dead', 'failed'],
    ],
    [['add', 'clicks', '--format', 'n'], ['ndjson']],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
    [['status', 'c'], ['clicks']],
    [
      ['--json', 'status', ''],
      ['clicks', 'a:b.c'],
    ],
    [['redrive', '--all', 'a'], ['a:b.c']],
    [['add', 'clicks', '--file', ''], [':files']],
    [['pause', 'clicks', ''], []],
  ])('%j: %j', async (words, expected) => {
    expect(await completed(...words)).toEqual(expected);
  });

  test('is every command that help shows, and none that it hides', async () => {
    const commands = await completed('');
    expect(commands).toEqual(expect.arrayContaining(['start', 'add', 'tail', 'wait', 'completion']));
    expect(commands).not.toContain('complete-words');
  });

  test('is nothing more where no deployment answers', async () => {
    const { exitCode, stdout, stderr } = await runCli(['complete-words', '--', 'status', ''], {
      fetch: () => Promise.reject(new TypeError('fetch failed')),
    });
    expect([exitCode, stdout, stderr]).toEqual([0, '', '']);
  });
});

test.each(SHELLS)('%s has a script that asks for candidates', async shell => {
  const { exitCode, stdout } = await runCli(['completion', shell]);
  expect(exitCode).toBe(0);
  expect(stdout).toContain('complete-words --');
});

/** How each shell is asked to complete `cistern redrive --all `, by its script. It prints a candidate a line. */
const ASKED = {
  bash: script =>
    `${script}\nCOMP_WORDS=(cistern redrive --all ''); COMP_CWORD=3; _cistern; printf '%s\\n' "\${COMPREPLY[@]}"`,
  // zsh's own part, which shows what the script has found
  zsh: script =>
    `compdef() { }\n_describe() { print -lr -- "\${(@)\${(@P)2}%:*}" }\n${script}\nwords=(cistern redrive --all ''); CURRENT=4; _cistern`,
  fish: script => `${script}\ncomplete -C 'cistern redrive --all ' | string replace -r '\\t.*' ''`,
} as const satisfies Record<(typeof SHELLS)[number], (script: string) => string>;

const isInstalled = (shell: string): boolean => spawnSync(shell, ['-c', ':']).error === undefined;

describe.each(SHELLS)('%s', shell => {
  // Debian has zsh and fish as packages; a machine without them says that it has left them out
  (isInstalled(shell) ? test : test.skip)('completes a line by its script', async () => {
    const { stdout: script } = await runCli(['completion', shell]);
    const folder = mkdtempSync(join(tmpdir(), 'cistern-completion-'));
    try {
      const cistern = join(folder, 'cistern');
      // answers as the command does, and with what it was asked
      writeFileSync(
        cistern,
        '#!/bin/sh\nprintf "a:b.c\\tbatch\\nclicks\\tbatch\\n"; shift 2; printf "[%s]\\n" "$@"\n',
      );
      chmodSync(cistern, 0o755);
      const answer = execFileSync(shell, ['-c', ASKED[shell](script)], {
        env: { PATH: `${folder}:${process.env['PATH']}`, HOME: folder },
        encoding: 'utf8',
      });
      const found = answer
        .trim()
        .split('\n')
        .map(word => word.replaceAll('\\:', ':'));
      expect(found).toEqual(['a:b.c', 'clicks', '[redrive]', '[--all]', '[]']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
