import type { Span } from '../api/contract.ts';

/** How far back charts go. The compiler wants all that the API has. */
export const SPAN_NAMES: Readonly<Record<Span, string>> = {
  hour: 'Last hour',
  day: 'Last day',
  week: 'Last week',
};

export const SPANS = Object.keys(SPAN_NAMES) as Span[];
