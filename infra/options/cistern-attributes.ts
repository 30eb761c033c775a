import type { IKey } from 'aws-cdk-lib/aws-kms';
import * as v from 'valibot';
import { byName, flag, group, having, orToken, text, unchecked } from './setting-schemas.ts';

/** The names and ids of a deployment of another stack, account or region. */
export interface CisternAttributes {
  /** The deployment's name. */
  readonly deployment: string;
  /** Its account. Default: this stack's. If it is another one, the deployment's `producers` have to include this account. */
  readonly account?: string;
  /** Its region. Default: this stack's. */
  readonly region?: string;
  /** The id of its HTTP API (`cistern.api.httpApi.apiId`). `grantAdd` needs it. Default: none. */
  readonly apiId?: string;
  /** The key of its `encryptionKey`, if it has one. The key's policy has to allow this account. Default: none. */
  readonly encryptionKey?: IKey;
  /** The pools of batches that are in one, by the batches' names. `grantProduce` for such a batch needs it. Default: none. */
  readonly pools?: Readonly<Record<string, string>>;
  /** Whether definitions have `maxPendingBatches`: producers then count jobs. Default `false`. */
  readonly maxPendingBatches?: boolean;
  /**
   * The bus of definitions with `events: true`: its name, or `default`. A producer sends events of windows that it fills.
   * Default: none. Then the events of windows that these producers fill are lost.
   */
  readonly eventBus?: string;
}

export const ATTRIBUTES = group<CisternAttributes>({
  // checked with the settings of all processes (`parseSettings`)
  deployment: unchecked,
  account: orToken(text(/^\d{12}$/, 'an account’s number, 12 digits in a string')),
  region: orToken(text(/^[a-z]{2,}(-[a-z]+)+-\d+$/, 'a region, such as eu-west-1')),
  apiId: orToken(text(/^\w+$/, 'the id of an HTTP API')),
  encryptionKey: v.optional(having('keyArn', 'a key of KMS')),
  pools: v.optional(byName(v.string('the name of a pool'), 'an object of pools by the names of batches')),
  maxPendingBatches: flag,
  eventBus: v.optional(v.string('the name of a bus')),
});
