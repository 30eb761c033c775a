/** Makes something of each text once, and remembers it: the expressions of a program are few. */
export function once<T>(make: (text: string) => T): (text: string) => T {
  const made = new Map<string, T>();
  return text => {
    const there = made.get(text);
    if (there !== undefined) return there;
    const fresh = make(text);
    made.set(text, fresh);
    return fresh;
  };
}
