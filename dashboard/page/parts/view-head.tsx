import type { ComponentChildren, JSX } from 'preact';
import { BatchCrumbs } from './batch-crumbs.tsx';

/** The head of a view: the way back, its title, and the controls beside them. */
export const ViewHead = ({
  batch,
  title,
  titleClass,
  marks,
  children,
}: {
  /** The batch that the view is a part of, if it is. */
  readonly batch?: string | undefined;
  readonly title: ComponentChildren;
  readonly titleClass?: string;
  /** What stands right after the title. */
  readonly marks?: ComponentChildren;
  /** Controls at the other end. */
  readonly children?: ComponentChildren;
}): JSX.Element => (
  <div class="view-head">
    <div class="view-title">
      <BatchCrumbs {...(batch !== undefined && { batch })} />
      <h1 class={titleClass}>{title}</h1>
      {marks}
    </div>
    {children}
  </div>
);
