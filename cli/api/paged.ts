import { type Command, Option } from 'commander';
import type { PageOptions } from './api-client.ts';

/** The options of commands that show a list. */
export interface ListOptions extends PageOptions {
  readonly all?: boolean;
}

/** Adds the options for lists to a command. */
export const withPages = (command: Command, what: string): Command =>
  command
    .addOption(new Option('--limit <number>', `${what} of one page (default: 50)`))
    .addOption(new Option('--cursor <cursor>', 'go on where a page ended'))
    .addOption(new Option('--all', `all of them, page by page; with --json one JSON value a line`));

/** Returns the pages from the one asked for to the last. */
export async function* allPages<P extends { readonly cursor?: string }>(
  load: (page: PageOptions) => Promise<P>,
  { limit, cursor }: PageOptions,
): AsyncGenerator<P> {
  const fixed = limit === undefined ? {} : { limit };
  for (let at = cursor; ; ) {
    const page = await load({ ...fixed, ...(at !== undefined && { cursor: at }) });
    yield page;
    // a cursor that leads to itself would loop for ever
    if (page.cursor === undefined || page.cursor === at) return;
    at = page.cursor;
  }
}
