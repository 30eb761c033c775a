export { DEFAULT_PORT, type Local, type LocalOptions, startLocal } from './start-local.ts';
