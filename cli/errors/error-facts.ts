/** Returns the message of any thrown value, also of an error of another realm. */
export const messageOf = (error: unknown): string => textAt(error, 'message') ?? String(error);

/** Returns the code of an error of the system or of the network, such as `ECONNREFUSED`. */
export const codeOf = (error: unknown): string | undefined => textAt(error, 'code');

function textAt(value: unknown, key: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const text: unknown = Reflect.get(value, key);
  return typeof text === 'string' ? text : undefined;
}
