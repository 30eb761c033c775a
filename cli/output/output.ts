import { CLI_CODES, CommandError } from '../errors/errors.ts';
import { EXIT } from '../errors/exit-codes.ts';
import type { Io } from '../io.ts';
import { Progress } from './progress.ts';
import { type View, viewOf } from './view.ts';
import { toJsonLine, visible } from './visible.ts';

/** Writes a command's answers: laid out for people, or as JSON for programs. */
export class Output {
  readonly isJson: boolean;
  readonly #io: Io;

  constructor(io: Io, { isJson }: { readonly isJson: boolean }) {
    this.#io = io;
    this.isJson = isJson;
  }

  /** The width and the colours of stdout. */
  get view(): View {
    return viewOf(this.#io.stdout, this.#io);
  }

  /** Shows an answer: unchanged with `--json`, otherwise as `render` lays it out. */
  async answer<T>(value: T, render: (value: T, view: View) => string): Promise<void> {
    await this.write(this.isJson ? `${toJsonLine(value)}\n` : layOut(() => render(value, this.view)));
  }

  async write(text: string): Promise<void> {
    await this.#io.stdout.write(text);
  }

  /** Writes a note for people. Programs find its content in the answer. */
  async note(text: string): Promise<void> {
    if (!this.isJson) await this.#io.stderr.write(`${visible(text)}\n`);
  }

  /** Makes a line that shows the progress. */
  progress(): Progress {
    return new Progress(this.#io, { isWanted: !this.isJson });
  }
}

/** Lays out an answer. An API of another version may lack fields, and the error then says how to get the answer as JSON. */
function layOut(render: () => string): string {
  try {
    return render();
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new CommandError(
      CLI_CODES.answerNotUnderstood,
      EXIT.failed,
      'The answer is not what this version of the command expects; --json shows it as it is.',
      { cause },
    );
  }
}
