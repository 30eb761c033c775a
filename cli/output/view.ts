import { styleText } from 'node:util';
import type { Io, Sink } from '../io.ts';

/** What text can look like. */
export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

/** For whom text is laid out, and when. */
export interface View {
  readonly now: number;
  /** Columns that a line may have; undefined where it may have any number. */
  readonly columns: number | undefined;
  readonly style: (style: Style, text: string) => string;
}

/** The view of whoever reads from this sink. */
export function viewOf(sink: Sink, { env, now }: Pick<Io, 'env' | 'now'>): View {
  const colours = hasColours(sink, env);
  return {
    now: now(),
    columns: sink.columns,
    style: (style, text) =>
      // whether the stream can show it has been decided here, and the stream may be another than the process's
      colours && text !== '' ? styleText(style, text, { validateStream: false }) : text,
  };
}

/** https://force-color.org and https://no-color.org, of which the former, being positive, has the last word. */
export function hasColours({ isTTY }: Pick<Sink, 'isTTY'>, env: Io['env']): boolean {
  const force = env['FORCE_COLOR'];
  if (force !== undefined && force !== '') return force !== '0' && force !== 'false';
  if (env['NO_COLOR']) return false;
  return isTTY && env['TERM'] !== 'dumb';
}
