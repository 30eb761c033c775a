/** The text of one item of an array. It is undefined if the item was longer than allowed. */
export interface ArrayItem {
  /** The item's number, from 1. */
  readonly number: number;
  readonly text: string | undefined;
}

const MARKS = /["\\[\]{},]/g;

/**
 * Cuts the text of a JSON array into the texts of its items. It looks only for strings, brackets and commas. The caller
 * checks whether an item's text is JSON.
 */
export class ArraySplitter {
  readonly #longest: number;
  #at: 'before' | 'inside' | 'after' = 'before';
  #number = 1;
  #depth = 0;
  #isString = false;
  #isEscaped = false;
  #text = '';
  #isTooLong = false;
  #wrong: string | undefined;

  /** @param longest how many characters an item may have */
  constructor(longest: number) {
    this.#longest = longest;
  }

  /** Takes the next part of the text, and returns the items that end in it. */
  take(text: string): ArrayItem[] {
    const items: ArrayItem[] = [];
    let from = 0;
    if (this.#at === 'before') {
      from = text.search(/[^\s\ufeff]/);
      if (from < 0) return items;
      if (text[from] !== '[') this.#wrong = 'It is no JSON array, since it does not begin with "[".';
      this.#at = this.#wrong === undefined ? 'inside' : 'after';
      from += 1;
    }
    MARKS.lastIndex = from;
    while (this.#at === 'inside') {
      const mark = this.#isEscaped ? undefined : MARKS.exec(text);
      if (this.#isEscaped) {
        if (from >= text.length) return items;
        this.#isEscaped = false;
        MARKS.lastIndex = from + 1;
        this.#keep(text.slice(from, from + 1));
        from += 1;
        continue;
      }
      if (!mark) {
        this.#keep(text.slice(from));
        return items;
      }
      const [character] = mark;
      const isEnd = !this.#isString && this.#depth === 0 && (character === ',' || character === ']');
      this.#keep(text.slice(from, isEnd ? mark.index : mark.index + 1));
      from = mark.index + 1;
      if (isEnd) this.#end(character, items);
      else this.#follow(character);
    }
    if (this.#at === 'after' && this.#wrong === undefined && text.slice(from).trim() !== '') {
      this.#wrong =
        'There is more after the end of the JSON array. If each line is an item, give --format ndjson.';
    }
    return items;
  }

  /** Returns what is wrong with the array as a whole, when all of it was taken. */
  get wrong(): string | undefined {
    if (this.#at === 'before') return 'It is no JSON array, since it is empty.';
    if (this.#at === 'inside') return 'The JSON array has no end: a "]" is missing, or the file is cut off.';
    return this.#wrong;
  }

  /** Returns the number of the next item. */
  get number(): number {
    return this.#number;
  }

  #follow(character: string): void {
    if (character === '\\') this.#isEscaped = this.#isString;
    else if (character === '"') this.#isString = !this.#isString;
    else if (this.#isString) return;
    else if (character === '[' || character === '{') this.#depth += 1;
    else if (character === ']' || character === '}') this.#depth -= 1;
  }

  #keep(text: string): void {
    if (this.#isTooLong) return;
    this.#text += text;
    if (this.#text.length <= this.#longest) return;
    this.#isTooLong = true;
    this.#text = '';
  }

  #end(character: string, items: ArrayItem[]): void {
    const text = this.#text.trim();
    const isEmptyArray = character === ']' && this.#number === 1 && text === '' && !this.#isTooLong;
    if (!isEmptyArray) items.push({ number: this.#number, text: this.#isTooLong ? undefined : text });
    this.#number += 1;
    this.#text = '';
    this.#isTooLong = false;
    if (character === ']') this.#at = 'after';
  }
}
