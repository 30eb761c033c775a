/** The oldest Node.js that functions may run on. */
export const OLDEST_NODE = 22;

/** The major version of the Node.js that a runtime of Lambda's has; NaN for what is no such runtime. */
export function nodeMajorOf(runtime: unknown): number {
  const { name } = (runtime ?? {}) as { readonly name?: unknown };
  const [, major] = /^nodejs(\d+)\.x$/.exec(typeof name === 'string' ? name : '') ?? [];
  return Number(major);
}
