import { admin } from '../admin.ts';
import { actionFromEnvironment } from './action.ts';
import { definitions } from './definitions.ts';
import { deployment, telemetry } from './deployment.ts';

/** `CISTERN_ACTION` says which action this function is; its role lets it do no other. */
export const handler = telemetry.observe(admin(deployment, definitions, actionFromEnvironment()));
