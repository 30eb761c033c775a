import { InvalidRequestError } from './invalid-request-error.ts';

/** A text's parts: `#name`, `:value`, words, operators. */
const TOKEN = /\s*(?:([#:]?\w+|<=|>=|<>|[=<>(),.+-])|$)/y;

/** Reads an expression part by part, and takes down which values it wants. */
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

  /** The next part, in capitals where it is a word. */
  get next(): string | undefined {
    const part = this.#parts[this.#at];
    return part !== undefined && /^[a-z]/i.test(part) ? part.toUpperCase() : part;
  }

  /** Takes the next part if it is this one. */
  takeIf(part: string): boolean {
    if (this.next !== part) return false;
    this.#at += 1;
    return true;
  }

  take(part: string): void {
    if (!this.takeIf(part)) throw this.unexpected(part);
  }

  /** The name of a value, without the colon; undefined where the next part is no value. */
  value(): string | undefined {
    const part = this.#parts[this.#at];
    if (!part?.startsWith(':')) return undefined;
    this.#at += 1;
    this.values.add(part.slice(1));
    return part.slice(1);
  }

  /** A path: names without `#`, as written. */
  path(): readonly string[] {
    const names: string[] = [];
    do {
      const part = this.#parts[this.#at];
      // DynamoDB takes plain names as well, but for some hundred reserved words
      if (!part?.startsWith('#')) throw this.unexpected('a name that begins with #');
      this.#at += 1;
      names.push(part.slice(1));
    } while (this.takeIf('.'));
    return names;
  }

  /** One or more of something, with commas between. */
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
