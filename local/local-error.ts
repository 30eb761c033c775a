/** The stable codes of the local stack's errors. */
export type LocalErrorCode =
  | 'local.data_dir_in_use'
  | 'local.data_dir_unusable'
  | 'local.fake_timers'
  | 'local.options_invalid'
  | 'local.not_idle'
  | 'local.stop_timed_out';

/** The local stack cannot do what was asked. `code` is stable and meant for programs. */
export class LocalError extends Error {
  override readonly name = 'LocalError';
  readonly code: LocalErrorCode;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: LocalErrorCode,
    message: string,
    { details = {}, cause }: { details?: Readonly<Record<string, unknown>>; cause?: unknown } = {},
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.details = details;
  }
}
