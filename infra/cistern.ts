import { Annotations, Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { assertInstalled } from '#lib/parts';
import { findModule } from '#loader/find-module';
import { appFolder } from './bundling/app-folder.ts';
import { bundlingOf } from './bundling/bundling-of.ts';
import { prepareOnce } from './bundling/prepare-once.ts';
import type { DeploymentOptions } from './cistern-props.ts';
import { CisternResources } from './cistern-resources.ts';
import type { ICistern } from './i-cistern.ts';
import { ImportedCistern } from './imported-cistern.ts';
import { checkOptions } from './options/check-options.ts';
import type { CisternAttributes } from './options/cistern-attributes.ts';
import { refuseSetting } from './options/refuse-setting.ts';

/** The definitions and the settings of a deployment. */
export interface CisternProps extends DeploymentOptions {
  /**
   * The module whose exports are the definitions that the deployment runs: a file, with or without its ending, or a
   * folder with an index. A relative path is relative to the CDK app's folder, the one with `cdk.json`. To start from your
   * own file, use an absolute path or a URL: `join(__dirname, '../batches')`, `new URL('../batches', import.meta.url)`. The
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
   * Names a deployment of another stack, account or region, for producers of this stack.
   *
   * @throws SettingsError `settings.invalid`
   * @example
   * const cistern = Cistern.fromDeployment(this, 'Cistern', { deployment: 'shop', account: '123456789012' });
   * const website = new NodejsFunction(this, 'Website', {
   *   runtime: Runtime.NODEJS_24_X,
   *   environment: cistern.producerEnvironment,
   * });
   * cistern.grantProduce(website, 'clicks');
   */
  static fromDeployment(scope: Construct, id: string, attributes: CisternAttributes): ICistern {
    return new ImportedCistern(scope, id, attributes);
  }

  /**
   * @throws SettingsError `settings.invalid` for a setting that is unknown or not allowed
   * @throws DefinitionError for a module of definitions that is not found or cannot be loaded, and for wrong definitions
   * @throws UnknownBatchError for settings of an unknown consumer
   * @throws CisternError `package.part_missing` for packages that have to be installed beside this one
   * @throws Error `bundling.*` for code that cannot be bundled
   */
  constructor(scope: Construct, id: string, { definitions, ...options }: CisternProps) {
    // in JavaScript the name may be misspelt
    if (typeof definitions !== 'string' && !(definitions instanceof URL)) {
      refuseSetting('definitions', 'the path of a module, or its URL', definitions);
    }
    // checked before the bundler runs, which takes seconds
    checkOptions(options);
    if (options.tracing !== undefined) assertInstalled('tracing', import.meta.resolve);
    const isBundled = options.bundling !== false && Stack.of(scope).bundlingRequired;
    const project = appFolder(new Error().stack ?? '');
    const prepared = prepareOnce(scope, {
      batches: findModule(definitions, project),
      project,
      bundling: isBundled ? bundlingOf(options) : undefined,
    });
    if (prepared.definitions.some(({ events }) => events)) assertInstalled('events', import.meta.resolve);
    super(scope, id, { ...options, definitions: prepared.definitions, code: prepared.code });
    for (const [i, warning] of prepared.warnings.entries()) {
      Annotations.of(this).addWarningV2(`cistern:bundling-${i}`, warning);
    }
    if (options.bundling === false) Annotations.of(this).addError(NOT_FOR_DEPLOYING);
  }
}

const NOT_FOR_DEPLOYING =
  'bundling is false, which is for tests: the functions have no code. Leave it out where the stack is deployed.';
