import type { Command } from 'commander';
import { examples } from '../output/examples.ts';
import type { Session } from '../session.ts';
import { type VerifyOptions, verify } from '../verify/verify.ts';

export function verifyCommand(program: Command, session: Session): void {
  program
    .command('verify')
    .summary('hold receipts against the deployment')
    .description(
      'Reads receipts, a JSON object a line: { batch, job, slot, duplicate }, with item, key and at where they are known. It says where the items are, and which promises are broken. `cistern add --receipts` writes such files. It changes nothing.',
    )
    .argument('<file>', 'the receipts; - is stdin')
    .option('--no-items', 'do not compare items: for a batch whose schema changes them')
    .option('--each', 'write a JSON line for each receipt, in no certain order')
    .addHelpText(
      'after',
      examples(
        'cistern add clicks --file clicks.ndjson --receipts receipts.ndjson',
        'cistern verify receipts.ndjson',
        'cistern verify receipts.ndjson --stack shop --json',
      ),
    )
    .action(async (file: string, options: VerifyOptions, command: Command) => {
      const api = await session.api(command);
      session.exitCode = await verify(
        { api, output: session.output(command), io: session.io },
        file,
        options,
      );
    });
}
