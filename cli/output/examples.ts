/** The part of a command's help that can be copied. */
export const examples = (...lines: readonly string[]): string =>
  `\nExamples:\n${lines.map(line => `  $ ${line}\n`).join('')}`;
