/** A flight as the sample in examples/flights has it. */
export interface Flight {
  /** Local time of departure. */
  readonly date: string;
  /** Minutes late; negative when early. */
  readonly delay: number;
  /** Miles. */
  readonly distance: number;
  readonly origin: string;
  readonly destination: string;
}
