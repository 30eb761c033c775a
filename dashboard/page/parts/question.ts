import { createStore } from '../live/store.ts';

/** Something that can be said along with the answer to a question. */
export type QuestionField =
  | { readonly kind: 'check'; readonly name: string; readonly label: string; readonly hint?: string }
  | {
      readonly kind: 'number';
      readonly name: string;
      readonly label: string;
      readonly value: number;
      readonly min: number;
      readonly max: number;
    };

export type Answers = ReadonlyMap<string, boolean | number>;

/** What is asked before something is done. */
export interface Question {
  readonly title: string;
  /** What it is done to, as the user named it. */
  readonly subject?: string;
  /** What will happen. */
  readonly lines: readonly string[];
  readonly fields?: readonly QuestionField[];
  /** What the button says that does it. */
  readonly confirm: string;
  /** What cannot be undone looks like it. */
  readonly danger?: boolean;
  /** Does it; returns what has been done, in a sentence. */
  readonly run: (answers: Answers) => Promise<string>;
}

/** The question that the page's one dialog asks now. */
export const question = createStore<Question | undefined>(undefined);

export const ask = (asked: Question): void => question.set(asked);
