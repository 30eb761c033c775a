/**
 * Why a window was sealed: it was full (`size`), its time was up (`time`), its items came to maxBytes (`bytes`);
 * for `persist: false` also the end of the process (`shutdown`) or of the Lambda invocation (`invocation`).
 */
export const FLUSH_REASONS = ['size', 'time', 'bytes', 'shutdown', 'invocation'] as const;

export type FlushReason = (typeof FLUSH_REASONS)[number];
