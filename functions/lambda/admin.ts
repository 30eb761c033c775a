import { currentDeployment } from '#lib/deployment/current';
import { admin } from '../admin.ts';
import { actionFromEnvironment } from './action.ts';
import { definitions } from './definitions.ts';

/** `CISTERN_ACTION` says which action this function is; its role lets it do no other. */
export const handler = admin(currentDeployment().know(definitions), definitions, actionFromEnvironment());
