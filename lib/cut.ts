/** As much of a text as is worth quoting: what comes from outside may be of any length. */
export const cut = (text: string, length: number): string =>
  text.length > length ? `${text.slice(0, length)}…` : text;
