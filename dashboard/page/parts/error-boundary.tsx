import { Component, type ComponentChildren } from 'preact';
import { Notice } from './notice.tsx';

/** A view that cannot be drawn says so, and the rest of the page stays. */
export class ErrorBoundary extends Component<
  { readonly children: ComponentChildren },
  { readonly error?: unknown }
> {
  override state: { readonly error?: unknown } = {};

  static override getDerivedStateFromError(error: unknown): { readonly error: unknown } {
    return { error };
  }

  override render(): ComponentChildren {
    if (this.state.error === undefined) return this.props.children;
    return (
      <Notice title="This view could not be drawn" tone="bad">
        <p>{String(this.state.error)}</p>
        <button type="button" class="button" onClick={() => location.reload()}>
          Load the page again
        </button>
      </Notice>
    );
  }
}
