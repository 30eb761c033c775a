import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { CopyButton } from './copy-button.tsx';

/** An item in one line as JSON; pressed, on several. */
export function ItemJson({ item }: { readonly item: unknown }): JSX.Element {
  const [wide, setWide] = useState(false);
  const flat = typeof item !== 'object' || item === null;
  if (flat) return <pre class="item">{JSON.stringify(item)}</pre>;
  return (
    <details class="item" onToggle={event => setWide(event.currentTarget.open)}>
      <summary>
        <code>{wide ? '…' : JSON.stringify(item)}</code>
      </summary>
      {wide && (
        <div class="item-wide">
          <pre class="item">{JSON.stringify(item, null, 2)}</pre>
          <CopyButton text={() => JSON.stringify(item, null, 2)} what="the item" />
        </div>
      )}
    </details>
  );
}
