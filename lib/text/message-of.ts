/** Returns the message of any thrown value. It never throws, even if the value's own methods do. */
export function messageOf(thrown: unknown): string {
  try {
    const message: unknown = typeof thrown === 'object' && thrown !== null && Reflect.get(thrown, 'message');
    return typeof message === 'string' ? message : String(thrown);
  } catch {
    return `a thrown ${typeof thrown} that cannot be written as text`;
  }
}
