import type { Command } from 'commander';
import { installCommand } from '#lib/parts';
import { testCommand } from '../init/for-runner.ts';
import { type ProjectFacts, readProjectFacts } from '../init/project-facts.ts';
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
      const facts = await readProjectFacts(session.io.folder);
      const { written, kept, leftOut } = await writeProject(session.io.folder, facts);
      const next = nextSteps(facts, leftOut.length === 0);
      await session
        .output(command)
        .answer({ written, kept, leftOut, next }, () =>
          [
            ...written.map(file => `wrote  ${visible(file)}`),
            ...kept.map(
              ({ file, todo }) =>
                `kept   ${visible(file)}, which is there already${todo === undefined ? '' : `; ${visible(todo)}`}`,
            ),
            ...leftOut.map(
              file => `left out  ${visible(file)}: it is a test of the batches/index.ts of a new project`,
            ),
            '',
            'Next, install what the local stack and CDK need, and try it:',
            '',
            ...next.map(line => `  ${line}`),
            '',
          ].join('\n'),
        );
    });
}

/** The commands of docs/getting-started.md, for this project. Packages that it names already are left out. */
function nextSteps(facts: ProjectFacts, hasTest: boolean): string[] {
  const command = installCommand('local', 'cdk').replace('--save-dev', '--save-dev aws-cdk@2');
  const isThere = (spec: string) => facts.packages.has(spec.replace(/(?<=.)@.*$/, ''));
  const words = command.split(' ').filter(word => !word.includes('@') || !isThere(word));
  return [
    ...(words.some(word => word.includes('@')) ? [words.join(' ')] : []),
    'npx cistern start',
    ...(hasTest ? [testCommand(facts)] : []),
    'npx cdk synth',
  ];
}
