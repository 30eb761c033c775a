import { admin } from '../admin.ts';
import { actionFromEnvironment } from './action.ts';
import { definitions } from './definitions.ts';
import { deployment, entry } from './deployment.ts';

/** `CISTERN_ACTION` says which action this function does. Its role allows no other. */
export const handler = entry(admin(deployment, definitions, actionFromEnvironment()));
