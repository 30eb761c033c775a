import type { Io } from '../../cli/io.ts';
import { run } from '../../cli/run.ts';
import type { LoadDashboard } from '../../cli/start/dashboard-page.ts';
import { NOW } from './answers.ts';

interface World {
  readonly fetch: Io['fetch'];
  readonly stdin: string | Uint8Array | AsyncIterable<Uint8Array>;
  /** Which of the streams are a terminal, of so many columns. */
  readonly terminal: boolean | readonly ('stdin' | 'stdout' | 'stderr')[];
  readonly columns: number;
  readonly env: Io['env'];
  readonly folder: string;
  /** What a person answers to a question. */
  readonly answer: string;
  readonly interrupted: AbortSignal;
  readonly dashboard: LoadDashboard;
  /** Is called instead of time passing. */
  readonly onSleep: (ms: number) => void | Promise<void>;
  /** The clock, where time passes. */
  readonly now: () => number;
  readonly onQuestion: () => void;
}

export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** What was asked of a person. */
  readonly questions: readonly string[];
  /** The waits, in milliseconds. */
  readonly slept: readonly number[];
  json(): unknown;
  problem(): unknown;
}

/** Runs a command line in a world of its own, in which no time passes but what is slept. */
export async function runCli(args: readonly string[], world: Partial<World> = {}): Promise<Ran> {
  const { terminal = false, columns = 100, stdin = '', answer = '', onSleep } = world;
  const isTerminal = (stream: 'stdin' | 'stdout' | 'stderr') =>
    typeof terminal === 'boolean' ? terminal : terminal.includes(stream);
  const written = { stdout: '', stderr: '' };
  const sink = (stream: 'stdout' | 'stderr') => ({
    isTTY: isTerminal(stream),
    columns: isTerminal(stream) ? columns : undefined,
    write: (text: string) => {
      written[stream] += text;
    },
  });
  const questions: string[] = [];
  const slept: number[] = [];
  let now = NOW;
  const io: Io = {
    stdin: { isTTY: isTerminal('stdin'), chunks: toChunks(stdin) },
    stdout: sink('stdout'),
    stderr: sink('stderr'),
    env: world.env ?? {},
    folder: world.folder ?? '/nowhere',
    fetch: world.fetch ?? (() => Promise.reject(new Error('nothing was to be asked'))),
    now: world.now ?? (() => now),
    sleep: async ms => {
      slept.push(ms);
      now += ms;
      await onSleep?.(ms);
    },
    ask: async question => {
      questions.push(question);
      world.onQuestion?.();
      return answer;
    },
    interrupted: world.interrupted ?? new AbortController().signal,
  };
  const exitCode = await run(args, io, world.dashboard ? { dashboard: world.dashboard } : {});
  return {
    exitCode,
    ...written,
    questions,
    slept,
    json: () => JSON.parse(written.stdout),
    problem: () => JSON.parse(written.stderr),
  };
}

async function* toChunks(stdin: World['stdin']): AsyncGenerator<Uint8Array> {
  if (typeof stdin === 'string') yield Buffer.from(stdin);
  else if (stdin instanceof Uint8Array) yield stdin;
  else yield* stdin;
}
