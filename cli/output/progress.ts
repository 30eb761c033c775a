import type { Io } from '../io.ts';
import { bar } from './bar.ts';
import { viewOf } from './view.ts';
import { visible } from './visible.ts';
import { cut } from './width.ts';

const BAR_COLUMNS = 24;
/** How often the line is drawn. Drawing more often would slow the work down and show no more. */
const EVERY_MS = 80;
const CLEAR = '\r\u001b[K';

/** A line on a terminal's stderr that is overwritten with each change. Without a terminal it is not written. */
export class Progress {
  readonly #io: Pick<Io, 'stderr' | 'now' | 'env'>;
  readonly #isShown: boolean;
  #drawnAt = Number.NEGATIVE_INFINITY;
  #isDrawn = false;

  constructor(io: Pick<Io, 'stderr' | 'now' | 'env'>, { isWanted }: { readonly isWanted: boolean }) {
    this.#io = io;
    this.#isShown = isWanted && io.stderr.isTTY && io.env['TERM'] !== 'dumb';
  }

  /** @param share how much is done, from 0 to 1; undefined if it is not known */
  update(share: number | undefined, label: string): void {
    const { stderr, now, env } = this.#io;
    if (!this.#isShown || now() - this.#drawnAt < EVERY_MS) return;
    this.#drawnAt = now();
    this.#isDrawn = true;
    const { style } = viewOf(stderr, { now, env });
    const columns = (stderr.columns ?? 80) - 1;
    if (share === undefined) {
      stderr.write(`${CLEAR}${cut(visible(label), columns)}`);
      return;
    }
    const percent = `${Math.floor(Math.min(1, share) * 100)}%`.padStart(4);
    const text = cut(visible(`${percent}  ${label}`), columns - BAR_COLUMNS - 1);
    stderr.write(`${CLEAR}${style('cyan', bar(share, BAR_COLUMNS))} ${text}`);
  }

  /** Removes the line, so that other text can be written. */
  clear(): void {
    if (!this.#isDrawn) return;
    this.#isDrawn = false;
    this.#drawnAt = Number.NEGATIVE_INFINITY;
    this.#io.stderr.write(CLEAR);
  }
}
