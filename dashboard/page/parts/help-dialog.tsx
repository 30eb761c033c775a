import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { helpShown, KEYS, keysOn, setKeysOn } from '../live/keys.ts';
import { useStore } from '../live/store.ts';

/** The page's keys, and whether they are used. */
export function HelpDialog(): JSX.Element | null {
  return useStore(helpShown) ? <Help /> : null;
}

function Help(): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const on = useStore(keysOn);
  useEffect(() => dialog.current?.showModal(), []);
  const close = () => dialog.current?.close();
  return (
    <dialog
      ref={dialog}
      class="question"
      aria-labelledby="help-title"
      onClose={() => helpShown.set(false)}
      onKeyDown={event => {
        if (event.key === '?') close();
      }}
    >
      <div class="help">
        <h2 id="help-title">Keys</h2>
        <dl class="keys">
          {KEYS.map(([keys, does]) => (
            <div key={keys}>
              <dt>
                {keys.split(', ').map(key => (
                  <kbd key={key}>{key}</kbd>
                ))}
              </dt>
              <dd>{does}</dd>
            </div>
          ))}
        </dl>
        <label class="check">
          <input type="checkbox" checked={on} onChange={event => setKeysOn(event.currentTarget.checked)} />
          <span>Use these keys</span>
        </label>
        <p>
          <a href="api">The HTTP API, operation by operation</a>
        </p>
        <div class="question-buttons">
          <button type="button" class="button" onClick={close}>
            Close
          </button>
        </div>
      </div>
    </dialog>
  );
}
