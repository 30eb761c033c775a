import type { JSX, TargetedSubmitEvent } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useRoute } from '../live/use-route.ts';
import { toHash } from '../model/route.ts';

/** Leads to what is found for a text: a job by its id or the beginning of it, a batch or a group by its name. */
export function SearchBox(): JSX.Element {
  const route = useRoute();
  const asked = route.view === 'find' ? (route.text ?? '') : '';
  const [text, setText] = useState(asked);
  useEffect(() => setText(asked), [asked]);
  const submit = (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const wanted = text.trim();
    if (wanted !== '') location.hash = toHash({ view: 'find', text: wanted });
  };
  return (
    <search>
      <form class="search" onSubmit={submit}>
        <input
          id="search"
          type="search"
          aria-label="Find a job, a batch or a group"
          aria-keyshortcuts="/"
          placeholder="Find: id, batch, group"
          autocomplete="off"
          spellcheck={false}
          value={text}
          onInput={event => setText(event.currentTarget.value)}
        />
      </form>
    </search>
  );
}
