import { styleText } from 'node:util';
import type { Io, Sink } from '../io.ts';

/** The styles of text. */
export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

/** The reader's width, colours and time, for which text is laid out. */
export interface View {
  readonly now: number;
  /** How many columns a line may have. Undefined: there is no bound. */
  readonly columns: number | undefined;
  readonly style: (style: Style, text: string) => string;
}

/** Makes the view for a sink. */
export function viewOf(sink: Sink, { env, now }: Pick<Io, 'env' | 'now'>): View {
  const colours = hasColours(sink, env);
  return {
    now: now(),
    columns: sink.columns,
    style: (style, text) =>
      // `colours` decides, since the sink may not be the process's own stream
      colours && text !== '' ? styleText(style, text, { validateStream: false }) : text,
  };
}

/** Returns whether a sink gets colours, by https://force-color.org and https://no-color.org. The former wins. */
export function hasColours({ isTTY }: Pick<Sink, 'isTTY'>, env: Io['env']): boolean {
  const force = env['FORCE_COLOR'];
  if (force !== undefined && force !== '') return force !== '0' && force !== 'false';
  if (env['NO_COLOR']) return false;
  return isTTY && env['TERM'] !== 'dumb';
}
