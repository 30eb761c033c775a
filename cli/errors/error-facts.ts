/** What an error says: of anything that was thrown, from whichever realm. */
export const messageOf = (error: unknown): string => textAt(error, 'message') ?? String(error);

/** The code that errors of the system and of the network have, such as `ECONNREFUSED`. */
export const codeOf = (error: unknown): string | undefined => textAt(error, 'code');

function textAt(value: unknown, key: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const text: unknown = Reflect.get(value, key);
  return typeof text === 'string' ? text : undefined;
}
