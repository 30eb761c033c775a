import type { JSX } from 'preact';
import type { ApiProblem } from '../api/api-problem.ts';
import { toHash } from '../model/route.ts';
import { Notice } from './notice.tsx';

/** Why a batch cannot be shown, with the way back to all of them. */
export const BatchProblem = ({ problem }: { readonly problem: ApiProblem }): JSX.Element => (
  <Notice title="This batch cannot be shown" tone="bad">
    <p>{problem.message}</p>
    <a href={toHash({ view: 'overview' })}>All batches</a>
  </Notice>
);
