import { Annotations } from 'aws-cdk-lib';
import { Architecture } from 'aws-cdk-lib/aws-lambda';
import { DISABLE_ASSET_STAGING_CONTEXT } from 'aws-cdk-lib/cx-api';
import type { Construct } from 'constructs';
import { assertInstalled } from '#lib/parts';
import { appFolder } from './bundling/app-folder.ts';
import { consumerKey, type FunctionBundling } from './bundling/function-code.ts';
import { prepare } from './bundling/prepare.ts';
import type { DeploymentOptions } from './cistern-props.ts';
import { CisternResources } from './cistern-resources.ts';
import { checkOptions } from './options/check-options.ts';
import { refuseSetting } from './options/refuse-setting.ts';

export interface CisternProps extends DeploymentOptions {
  /**
   * The module whose exports are the definitions that the deployment runs: a file, with or without its ending, or a
   * folder with an index. A relative path is relative to the CDK app's folder, the one with `cdk.json`. An absolute path
   * or a URL says it from where you are: `join(__dirname, '../batches')`, `new URL('../batches', import.meta.url)`. The
   * module is bundled into the functions with all that it imports.
   */
  readonly definitions: string | URL;
}

/**
 * A deployment of Cistern: one table, an HTTP API, the functions and the dead letter queue that all batches share, and a
 * queue with a consumer function for each definition, or for all definitions of a pool.
 *
 * @example
 * const cistern = new Cistern(this, 'Cistern', { definitions: './batches' });
 * warehouse.grantWriteData(cistern.consumer('analytics').function);
 * cistern.grantProduce(website);
 */
export class Cistern extends CisternResources {
  /**
   * @throws SettingsError `settings.invalid` for a setting that cannot be or that there is not
   * @throws DefinitionError for a module of definitions that is not there or cannot be loaded, and for wrong definitions
   * @throws UnknownBatchError for settings of a consumer that there is not
   * @throws CisternError `package.part_missing` for packages that have to be installed beside this one
   * @throws Error for what cannot be bundled
   */
  constructor(scope: Construct, id: string, { definitions, ...options }: CisternProps) {
    // JavaScript that misspells it passes none
    if (typeof definitions !== 'string' && !(definitions instanceof URL)) {
      refuseSetting('definitions', 'the path of a module, or its URL', definitions);
    }
    // before the bundler has taken its seconds
    checkOptions(options);
    if (options.tracing !== undefined) assertInstalled('tracing', import.meta.resolve);
    const prepared = prepare(definitions, appFolder(new Error().stack ?? ''), {
      bundling: bundlingOf(options),
      architecture: options.architecture?.name === Architecture.X86_64.name ? 'x64' : 'arm64',
    });
    try {
      if (prepared.definitions.some(({ events }) => events)) assertInstalled('events', import.meta.resolve);
      super(scope, id, { ...options, definitions: prepared.definitions, code: prepared.code });
      for (const [i, warning] of prepared.warnings.entries()) {
        Annotations.of(this).addWarningV2(`cistern:bundling-${i}`, warning);
      }
    } finally {
      // CDK has copied the functions' code by now, unless it is told to refer to it where it is (`--no-staging`)
      if (!scope.node.tryGetContext(DISABLE_ASSET_STAGING_CONTEXT)) prepared.dispose();
    }
  }
}

/** How the functions are bundled. Consumers without options of their own share one's code. */
function bundlingOf({ bundling = {}, consumers, pools, deadLetter }: DeploymentOptions): FunctionBundling {
  const given = [
    ...Object.entries(consumers ?? {}).map(
      ([batch, its]) => [consumerKey({ batch, pool: undefined }), its] as const,
    ),
    ...Object.entries(pools ?? {}).map(([pool, its]) => [consumerKey({ batch: '', pool }), its] as const),
  ];
  const own = given.flatMap(([key, { bundling: its }]) => (its ? [[key, its] as const] : []));
  return { all: bundling, deadLetter: deadLetter?.bundling ?? {}, consumers: new Map(own) };
}
