import type { Command } from 'commander';
import { orMissing } from '#lib/parts';
import type { Connection } from '../connect/connection.ts';
import { deploymentApi } from '../connect/deployment-api.ts';
import { explainPort } from '../errors/explain-port.ts';
import { wholeNumber } from '../input/whole-number.ts';
import { examples } from '../output/examples.ts';
import type { Session } from '../session.ts';

interface DashboardCommandOptions {
  readonly port: number;
  readonly readOnly?: boolean;
}

export function dashboardCommand(program: Command, session: Session): void {
  program
    .command('dashboard')
    .summary('the dashboard of a deployment, on this machine')
    .description(
      'Serves the dashboard at 127.0.0.1 and prints its address. What the page asks goes to the deployment with your own credentials; the address has a token, without which nobody else can use them. It serves until Ctrl-C.',
    )
    .option('--port <port>', 'where the page is served; 0 takes a free port', wholeNumber(0, 65_535), 0)
    .option('--read-only', 'refuse everything that changes something')
    .addHelpText(
      'after',
      examples(
        'cistern dashboard',
        'cistern dashboard --stack shop --profile ops',
        'cistern dashboard --stack shop --read-only',
      ),
    )
    .action(async ({ port, readOnly = false }: DashboardCommandOptions, command: Command) => {
      const connection = await session.connect(command);
      const { newToken, dashboardApp, dashboardUrl } = await session.loadDashboard();
      const token = newToken();
      const app = dashboardApp({ api: await apiOf(connection, session), token, readOnly });
      const { listen } = await import('../start/listen.ts').catch(orMissing('dashboard'));
      const page = await listen(app, port).catch(explainPort);
      try {
        const url = dashboardUrl(`${page.url}/`, token);
        const api = connection.url;
        await session
          .output(command)
          .answer(
            { url, api, readOnly },
            () =>
              `The ${readOnly ? 'read-only ' : ''}dashboard of ${api} is at\n\n  ${url}\n\nCtrl-C ends it.\n`,
          );
        await session.interruption();
      } finally {
        await page.close();
      }
    });
}

/** The API of a deployment. That of a stack has CloudWatch before it, which is asked with the same credentials. */
async function apiOf(
  connection: Connection,
  { io }: Session,
): Promise<(request: Request) => Promise<Response>> {
  const api = deploymentApi(connection);
  if (connection.aws === undefined) return api;
  const { withCloudWatch } = await import('../cloudwatch/with-cloudwatch.ts');
  return withCloudWatch(api, connection.aws, io.now);
}
