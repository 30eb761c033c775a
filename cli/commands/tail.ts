import type { Command } from 'commander';
import { eventLine } from '../output/event-line.ts';
import { examples } from '../output/examples.ts';
import { toJsonLine } from '../output/visible.ts';
import type { Session } from '../session.ts';
import { tail } from '../tail/tail.ts';

export function tailCommand(program: Command, session: Session): void {
  program
    .command('tail')
    .summary('show what is flushed, ends and fails, as it happens')
    .description(
      'Shows a line for each job that is flushed, that ends, and for each attempt that fails, until Ctrl-C. It asks the API once a second, so a line comes up to a second late. With --json each line is an event as docs/events.md describes it, without `deployment`.',
    )
    .argument('[batch]', 'the batch (default: all)')
    .option('--group <group>', 'jobs of one group')
    .addHelpText(
      'after',
      examples('cistern tail', 'cistern tail clicks', 'cistern tail clicks --json | jq .type'),
    )
    .action(async (batch: string | undefined, { group }: { group?: string }, command: Command) => {
      const api = await session.api(command);
      const output = session.output(command);
      await output.note(`Watching ${batch ?? 'all batches'}. Ctrl-C ends it.`);
      await tail({
        api,
        io: session.io,
        batch,
        group,
        onEvent: async event =>
          output.write(output.isJson ? `${toJsonLine(event)}\n` : eventLine(event, output.view)),
        onGap: name =>
          output.note(
            `More jobs of ${name} have changed within a second than can be shown. Some are left out.`,
          ),
      });
    });
}
