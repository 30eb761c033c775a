import { createStore } from './store.ts';

/** Whether the dashboard's server takes no changes (`cistern dashboard --read-only`); its answers say so. */
export const readOnly = createStore(false);

export const learnAccess = (headers: Headers): void =>
  readOnly.set(headers.get('cistern-access') === 'read-only');
