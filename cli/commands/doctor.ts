import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { orMissing } from '#lib/parts';
import type { DeployedBatch, LocalDefinition } from '../doctor/facts.ts';
import type { Finding } from '../doctor/finding.ts';
import { UsageError } from '../errors/errors.ts';
import { EXIT } from '../errors/exit-codes.ts';
import { explainModule } from '../errors/explain-module.ts';
import { examples } from '../output/examples.ts';
import type { View } from '../output/view.ts';
import { visible } from '../output/visible.ts';
import type { CommonOptions, Session } from '../session.ts';

const DEFAULT_BATCHES = 'batches';
const STYLES = { problem: 'red', warning: 'yellow', unknown: 'dim' } as const;

export function doctorCommand(program: Command, session: Session): void {
  program
    .command('doctor')
    .summary('what is wrong with a deployment, and what to do')
    .description(
      'Looks at a stack and its account: the bootstrap, quotas, room in the stack, the network of functions in a VPC, alarms, and definitions that the next deployment would remove or move. Says what to do about each finding.',
    )
    .option('--batches <module>', `definitions that would be deployed next (default: ${DEFAULT_BATCHES})`)
    .addHelpText(
      'after',
      `${examples('cistern doctor --stack shop', 'cistern doctor --stack shop --batches src/batches.ts')}\nIt ends with 1 if there is a problem. Warnings, and what it may not look at, are no problem.\n`,
    )
    .action(async ({ batches }: { readonly batches?: string }, command: Command) => {
      const { stack, region, profile } = command.optsWithGlobals<CommonOptions>();
      if (stack === undefined) throw new UsageError('doctor looks at a stack; give --stack.');
      const local = await definitionsOf(batches, session);
      const { examineStack } = await import('../doctor/examine-stack.ts').catch(orMissing('stack'));
      const findings = await examineStack({ stack, region, profile }, session.io, {
        local,
        deployed: () => deployedBatches(session, command),
      });
      await session
        .output(command)
        .answer({ stack, findings }, ({ findings: all }, view) => report(all, view));
      if (findings.some(({ level }) => level === 'problem')) session.exitCode = EXIT.failed;
    });
}

/** The definitions of a module; undefined where nobody named one and there is none at the usual place. */
async function definitionsOf(
  given: string | undefined,
  { io: { env, folder } }: Session,
): Promise<readonly LocalDefinition[] | undefined> {
  const module = given ?? env['CISTERN_BATCHES'];
  if (module === undefined && !existsSync(join(folder, DEFAULT_BATCHES))) return undefined;
  const { loadDefinitions } = await import('#loader/load-definitions');
  const loaded = await loadDefinitions(module ?? DEFAULT_BATCHES, folder).catch(explainModule);
  return loaded.map(({ name, pool }) => ({ name, pool }));
}

async function deployedBatches(session: Session, command: Command): Promise<readonly DeployedBatch[]> {
  const api = await session.api(command);
  const { batches } = await api.call('GET /v1/batches', {});
  return batches.map(({ batch: name, options: { persist }, buffers, jobs }) => ({
    name,
    persist,
    buffered: buffers.items,
    open: jobs.waiting + jobs.active + jobs.retrying + jobs.parked,
  }));
}

function report(findings: readonly Finding[], { style }: View): string {
  if (findings.length === 0) return 'Nothing was found.\n';
  return findings
    .map(({ check, level, found, todo }) => {
      const heading = `${style(STYLES[level], level)} ${style('dim', `[${check}]`)}`;
      return `${heading} ${visible(found)}\n  ${visible(todo)}\n`;
    })
    .join('');
}
