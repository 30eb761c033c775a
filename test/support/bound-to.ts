/** Methods of an object, to be called by what replaces them. */
export function boundTo<T extends object, K extends keyof T>(of: T, ...names: readonly K[]): Pick<T, K> {
  return Object.fromEntries(names.map(name => [name, (of[name] as () => void).bind(of)])) as Pick<T, K>;
}
