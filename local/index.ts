export { startLocal } from './late-start.ts';
export type { Local, LocalLogLine, LocalOptions, StopOptions } from './local.ts';
export { LocalError, type LocalErrorCode } from './local-error.ts';
