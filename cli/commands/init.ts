import type { Command } from 'commander';
import { installCommand } from '#lib/parts';
import { PROJECT_FILES, writeProject } from '../init/write-project.ts';
import { examples } from '../output/examples.ts';
import { visible } from '../output/visible.ts';
import type { Session } from '../session.ts';

export function initCommand(program: Command, session: Session): void {
  program
    .command('init')
    .summary('write a first batch, its test and a CDK app into this folder')
    .description(
      `Writes ${PROJECT_FILES.join(', ')} into the working directory, and says what to do next. It asks nothing. A file that is there already stays as it is.`,
    )
    .addHelpText('after', examples('cistern init'))
    .action(async (_options: object, command: Command) => {
      const { written, kept } = await writeProject(session.io.folder);
      const next = nextSteps();
      await session
        .output(command)
        .answer({ written, kept, next }, () =>
          [
            ...written.map(file => `wrote  ${visible(file)}`),
            ...kept.map(file => `kept   ${visible(file)}, which is there already`),
            '',
            'Next, install what the local stack and CDK need, and try it:',
            '',
            ...next.map(line => `  ${line}`),
            '',
          ].join('\n'),
        );
    });
}

/** The commands of docs/getting-started.md. */
function nextSteps(): string[] {
  return [
    installCommand('local', 'cdk').replace('--save-dev', '--save-dev aws-cdk@2'),
    'npx cistern start',
    'node --import tsx --test test/orders.test.ts',
    'npx cdk synth',
  ];
}
