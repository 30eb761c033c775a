import { InvalidRequestError } from './invalid-request-error.ts';

/** Matches one token: `#name`, `:value`, a word or an operator. */
const TOKEN = /\s*(?:([#:]?\w+|<=|>=|<>|[=<>(),.+-])|$)/y;

/** Reads an expression token by token, and records the values that it uses. */
export class Tokens {
  readonly text: string;
  /** Names of the values that the expression uses, without the colon. */
  readonly values = new Set<string>();
  readonly #parts: string[] = [];
  #at = 0;

  constructor(text: string) {
    this.text = text;
    TOKEN.lastIndex = 0;
    for (let match = TOKEN.exec(text); match?.[1] !== undefined; match = TOKEN.exec(text)) {
      this.#parts.push(match[1]);
    }
    if (this.#parts.join('') !== text.replaceAll(/\s/g, '')) throw this.unexpected('a character');
  }

  /** The next token, in capitals if it is a word. */
  get next(): string | undefined {
    const part = this.#parts[this.#at];
    return part !== undefined && /^[a-z]/i.test(part) ? part.toUpperCase() : part;
  }

  /** Takes the next token if it is this one. */
  takeIf(part: string): boolean {
    if (this.next !== part) return false;
    this.#at += 1;
    return true;
  }

  take(part: string): void {
    if (!this.takeIf(part)) throw this.unexpected(part);
  }

  /** Takes a value's name, without the colon. Returns undefined if the next token is no value. */
  value(): string | undefined {
    const part = this.#parts[this.#at];
    if (!part?.startsWith(':')) return undefined;
    this.#at += 1;
    this.values.add(part.slice(1));
    return part.slice(1);
  }

  /** Takes a path: its names, without `#`. */
  path(): readonly string[] {
    const names: string[] = [];
    do {
      const part = this.#parts[this.#at];
      // DynamoDB also takes names without `#`, except for some hundred reserved words
      if (!part?.startsWith('#')) throw this.unexpected('a name that begins with #');
      this.#at += 1;
      names.push(part.slice(1));
    } while (this.takeIf('.'));
    return names;
  }

  /** Takes a list of one or more parts, separated by commas. */
  list<T>(read: () => T): T[] {
    const all = [read()];
    while (this.takeIf(',')) all.push(read());
    return all;
  }

  end(): void {
    if (this.next !== undefined) throw this.unexpected('the end');
  }

  unexpected(wanted: string): InvalidRequestError {
    const found = this.#parts[this.#at] ?? 'the end';
    return new InvalidRequestError(
      `Expected ${wanted}, found ${found} in: ${this.text || 'an empty expression'}`,
    );
  }
}
