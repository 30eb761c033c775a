import { CisternError, type ErrorCode } from '#lib/errors';

type BundlingCode = Extract<ErrorCode, `bundling.${string}`>;

/** The functions cannot be bundled, or a bundle would not run (`bundling.*`). */
export class BundlingError extends CisternError {
  override readonly name = 'BundlingError';

  constructor(code: BundlingCode, message: string, details: Readonly<Record<string, unknown>>) {
    super(code, message, { details });
  }
}

export const isBundlingCode = (code: ErrorCode): code is BundlingCode => code.startsWith('bundling.');
