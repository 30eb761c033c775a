export type { Local, LocalLogLine, LocalOptions, StopOptions } from './local.ts';
export { LocalError, type LocalErrorCode } from './local-error.ts';
export { DEFAULT_PORT, startLocal } from './start-local.ts';
