import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { EXIT } from './errors/exit-codes.ts';
import type { Io, Sink } from './io.ts';

/** Returns the process's own streams, clock, network and signals. */
export function processIo(): Io {
  const interrupted = onSignals();
  // end the wait for a slow pipe
  interrupted.addEventListener('abort', () => process.stdin.destroy());
  return {
    stdin: { isTTY: process.stdin.isTTY === true, chunks: process.stdin },
    stdout: sink(process.stdout),
    stderr: sink(process.stderr),
    env: process.env,
    folder: process.cwd(),
    fetch: request => fetch(request),
    now: Date.now,
    sleep: ms => delay(ms, undefined, { signal: interrupted }).catch(() => {}),
    ask: question => ask(question, interrupted),
    interrupted,
  };
}

function sink(stream: NodeJS.WriteStream): Sink {
  // the reader has closed the pipe (`| head`): that is no error, and there is nothing left to do
  stream.on('error', error => {
    if ('code' in error && error.code === 'EPIPE') process.exit(EXIT.ok);
    throw error;
  });
  return {
    isTTY: stream.isTTY === true,
    get columns() {
      // 0 means that the terminal's width is not known
      return (stream.isTTY && stream.columns) || undefined;
    },
    write(text) {
      if (!stream.write(text)) return once(stream, 'drain').then(() => {});
    },
  };
}

/** Aborts at the first signal, so that the command can end properly. A second signal ends the process at once. */
function onSignals(): AbortSignal {
  const controller = new AbortController();
  for (const [signal, exitCode] of [
    ['SIGINT', EXIT.interrupted],
    ['SIGTERM', EXIT.terminated],
  ] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(exitCode);
      controller.abort(signal);
    });
  }
  return controller.signal;
}

async function ask(question: string, interrupted: AbortSignal): Promise<string> {
  // with `terminal: true`, readline would handle Ctrl-C itself
  const lines = createInterface({ input: process.stdin, terminal: false });
  process.stderr.write(question);
  try {
    const ended = Promise.race([once(lines, 'close'), once(interrupted, 'abort')]);
    const line = await Promise.race([once(lines, 'line'), ended.then(() => undefined)]);
    if (line !== undefined) return String(line[0]);
    process.stderr.write('\n');
    return '';
  } finally {
    lines.close();
  }
}
