import { createStore } from './store.ts';

/** The deployment's name, once the header has asked for it. */
export const deployment = createStore<string | undefined>(undefined);
