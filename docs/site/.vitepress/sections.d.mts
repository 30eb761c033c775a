export const OUTSIDE: RegExp;
export const SECTIONS: readonly {
  readonly text: string;
  readonly pages: readonly (readonly [title: string, path: string])[];
}[];
