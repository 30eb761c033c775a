import type { ErrorRecord } from '../store/records.ts';

const NAME_LENGTH = 100;
const MESSAGE_LENGTH = 1_000;

/** Whatever was thrown, as an error. */
export const asError = (thrown: unknown): Error =>
  thrown instanceof Error ? thrown : new Error(typeof thrown === 'string' ? thrown : String(thrown));

/** What of an error is kept. */
export function toErrorRecord({ name, message }: Error): ErrorRecord {
  return { name: String(name).slice(0, NAME_LENGTH), message: String(message).slice(0, MESSAGE_LENGTH) };
}

/** A kept error, to be handed to a hook. */
export function fromErrorRecord({ name, message }: ErrorRecord): Error {
  return Object.assign(new Error(message), { name });
}
