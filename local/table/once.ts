/** Remembers the result of `make` for each text. A program has few different expressions. */
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
