import { DISABLE_ASSET_STAGING_CONTEXT } from 'aws-cdk-lib/cx-api';
import type { Construct } from 'constructs';
import { checkOptions } from './check-options.ts';
import type { DeploymentOptions } from './cistern-props.ts';
import { CisternResources } from './cistern-resources.ts';
import { prepare } from './prepare.ts';
import { refuseSetting } from './refuse-setting.ts';

export interface CisternProps extends DeploymentOptions {
  /**
   * The module whose exports are the definitions that the deployment runs: a file, with or without its extension, or
   * a folder with an index; relative to the working directory, which for `cdk` is where `cdk.json` is. It is bundled
   * into the functions with all that it imports.
   */
  readonly definitions: string;
}

/**
 * A deployment of Cistern: one table, an HTTP API, the functions that all batches share, and a queue with its dead
 * letter queue and a consumer function for each definition.
 *
 * @example
 * const cistern = new Cistern(this, 'Cistern', { definitions: './batches' });
 * warehouse.grantWriteData(cistern.consumer('analytics').function);
 * cistern.grantProduce(website);
 */
export class Cistern extends CisternResources {
  /**
   * @throws SettingsError `settings.invalid` for a setting that cannot be or that there is not, or where no module with
   * definitions is
   * @throws UnknownBatchError for settings of a consumer that there is not
   * @throws Error for definitions that are wrong, or that cannot be bundled
   */
  constructor(scope: Construct, id: string, { definitions, ...options }: CisternProps) {
    // JavaScript that misspells it passes none
    if (typeof definitions !== 'string') refuseSetting('definitions', 'the path of a module', definitions);
    // before the bundler has taken its seconds
    checkOptions(options);
    const prepared = prepare(definitions);
    try {
      super(scope, id, { ...options, definitions: prepared.definitions, code: prepared.code });
    } finally {
      // CDK has copied the functions' code by now, unless it is told to refer to it where it is (`--no-staging`)
      if (!scope.node.tryGetContext(DISABLE_ASSET_STAGING_CONTEXT)) prepared.dispose();
    }
  }
}
