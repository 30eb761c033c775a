export { LocalError, type LocalErrorCode } from './local-error.ts';
export { DEFAULT_PORT, type Local, type LocalOptions, startLocal } from './start-local.ts';
