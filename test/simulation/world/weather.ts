/**
 * What may go wrong at one call, chosen anew for each: it is refused; its answer is lost after it was applied; it is
 * given up and applied later; the client sends it twice, since the first answer was lost; it takes long; the process
 * dies before it is sent, or after it was applied.
 */
export const CALL_FAULTS = ['refused', 'lost', 'late', 'twice', 'slow', 'die before', 'die after'] as const;
export type CallFault = (typeof CALL_FAULTS)[number];

/** What may go wrong with a process, a queue or a part of the store for a while, or once. */
export const SPELLS = [
  'killed',
  'frozen',
  'store outage',
  'partition throttled',
  'queue outage',
  'message lost',
  'message doubled',
  'message delayed',
  'ticker absent',
  'no start',
  'clocks apart',
  'index lag',
] as const;
export type Spell = (typeof SPELLS)[number];

/** How bad the world is, as chances. What is absent does not happen. */
export interface Weather {
  /** Of one call. */
  readonly calls: Partial<Readonly<Record<CallFault, number>>>;
  /** How often in a minute, or of one message, or whether at all: as each spell says where it is made. */
  readonly spells: Partial<Readonly<Record<Spell, number>>>;
}

export const CALM: Weather = { calls: {}, spells: {} };
