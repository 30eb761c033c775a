import type { JSX, TargetedEvent, TargetedSubmitEvent } from 'preact';
import { useState } from 'preact/hooks';
import { bytes, count, counted } from '../model/format.ts';
import { formatOf, TEXT_FORMATS, type TextFormat } from '../model/read-items.ts';
import { Choice } from '../parts/choice.tsx';
import { useItemsOf } from './use-items-of.ts';

const FORMAT_NAMES: Readonly<Record<TextFormat, string>> = {
  json: 'JSON',
  ndjson: 'An item a line',
  csv: 'CSV',
};
const HINTS: Readonly<Record<TextFormat, string>> = {
  json: 'One item, or an array of items.',
  ndjson: 'Each line is an item as JSON.',
  csv: 'The first line names the fields. Every field is a text.',
};

/** What is sent: a text that is written here, or that of a file. */
export function SendForm({
  busy,
  send,
}: {
  readonly busy: boolean;
  readonly send: (items: readonly string[]) => Promise<void>;
}): JSX.Element {
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState<TextFormat | undefined>(undefined);
  const [file, setFile] = useState<File | undefined>(undefined);
  const format = chosen ?? formatOf(text, file?.name);
  const read = useItemsOf(text, format);
  const ready = read !== undefined && 'items' in read ? read.items : [];

  const take = async (event: TargetedEvent<HTMLInputElement>) => {
    const [given] = event.currentTarget.files ?? [];
    if (given === undefined) return;
    setChosen(undefined);
    setFile(given);
    setText(await given.text());
  };
  const submit = (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    void send(ready);
  };
  return (
    <form class="send" onSubmit={submit}>
      <div class="send-row">
        <Choice
          label="Format"
          options={TEXT_FORMATS.map(value => ({ value, name: FORMAT_NAMES[value] }))}
          chosen={format}
          choose={setChosen}
        />
        <label class="button small file">
          Open a file
          <input type="file" accept=".json,.ndjson,.jsonl,.csv,.txt" onChange={take} />
        </label>
        {file && (
          <span class="muted">
            {file.name}, {bytes(file.size)}
          </span>
        )}
      </div>
      <label>
        <span class="muted">{HINTS[format]}</span>
        <textarea
          rows={14}
          spellcheck={false}
          aria-label="Items"
          placeholder={'{ "id": "c1", "site": "example.com" }'}
          value={text}
          onInput={event => setText(event.currentTarget.value)}
        />
      </label>
      {read !== undefined && 'wrong' in read && (
        <p class="question-error" role="alert">
          {read.wrong}
        </p>
      )}
      <div class="question-buttons">
        <span class="muted send-size">
          {ready.length > 0 && `${counted(ready.length, 'item')}, ${bytes(new Blob([text]).size)}`}
        </span>
        <button type="submit" class="button primary" disabled={busy || ready.length === 0}>
          {busy ? 'Sending …' : ready.length > 1 ? `Send ${count(ready.length)} items` : 'Send'}
        </button>
      </div>
    </form>
  );
}
