import { drainsOf } from '../drains.ts';
import type { Evidence, Operation, Sealed } from '../evidence.ts';
import type { Promised } from '../promised.ts';

/**
 * The windows of each buffer that an operation has sealed, in their order. Its process may serve others, before and after.
 * One that waits for a drain goes on with the next drain when that has ended: only what it has sealed before is compared.
 */
function sealedBy(evidence: Evidence, { batch, process, calledAt, takenAt, endedAt }: Operation): Sealed[][] {
  const buffers = new Map<string, Sealed[]>();
  const from = takenAt ?? calledAt;
  const until = Math.min(
    endedAt ?? Number.POSITIVE_INFINITY,
    ...drainsOf(evidence).flatMap(drain =>
      drain.batch === batch && drain.endedAt > from ? drain.endedAt : [],
    ),
  );
  for (const one of evidence.sealed) {
    if (process === undefined || one.by !== process || one.buffer.batch !== batch) continue;
    if (one.at < from || one.at > until) continue;
    const name = `${one.buffer.group} ${one.buffer.shard}`;
    buffers.set(name, [...(buffers.get(name) ?? []), one]);
  }
  return [...buffers.values()];
}

export const flushesOnlyWhatItSaw: Promised = {
  name: 'a flush and a drain seal no window whose items all came after their first seal of its buffer',
  breaches: ({ evidence, windows }) =>
    evidence.operations
      .filter(({ name }) => /^flush|drain$/i.test(name))
      .flatMap(op =>
        sealedBy(evidence, op).flatMap(([first, ...later]) =>
          later.flatMap(({ job, at }) => {
            const items = (windows.of(job) ?? []).flatMap(({ id }) => evidence.items.get(id) ?? []);
            return items.length > 0 && items.every(({ calledAt }) => calledAt > (first?.at ?? at))
              ? [`${op.name} of ${op.batch} sealed job ${job}, whose items all came after its first seal`]
              : [];
          }),
        ),
      ),
};
