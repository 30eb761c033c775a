import type { JSX, TargetedSubmitEvent } from 'preact';
import { useState } from 'preact/hooks';
import { readJson } from '../model/read-items.ts';
import { itemOf, type SchemaField } from '../model/schema-fields.ts';

/** Asks for one item, field by field, as the batch's schema has them. */
export function SchemaForm({
  fields,
  busy,
  send,
}: {
  readonly fields: readonly SchemaField[];
  readonly busy: boolean;
  readonly send: (items: readonly string[]) => Promise<void>;
}): JSX.Element {
  const [wrong, setWrong] = useState<string | undefined>(undefined);
  const submit = (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const said = [...new FormData(event.currentTarget)];
    const read = readJson(itemOf(fields, new Map(said.map(([name, value]) => [name, String(value)]))));
    setWrong('wrong' in read ? read.wrong : undefined);
    if ('items' in read) void send(read.items);
  };
  return (
    <form class="filter-form" aria-label="One item" onSubmit={submit}>
      {fields.map(field => (
        <div key={field.name} class={field.kind === 'json' ? 'whole' : undefined}>
          <label htmlFor={`field-${field.name}`}>
            {field.name}
            {!field.required && ' (optional)'}
          </label>
          <Input field={field} />
        </div>
      ))}
      {wrong !== undefined && (
        <p class="question-error whole" role="alert">
          {wrong}
        </p>
      )}
      <button type="submit" class="button primary" disabled={busy}>
        {busy ? 'Sending …' : 'Send this item'}
      </button>
    </form>
  );
}

function Input({
  field: { name, kind, required, hint = '', values = [] },
}: {
  readonly field: SchemaField;
}): JSX.Element {
  const id = `field-${name}`;
  if (kind === 'flag') return <input id={id} name={name} type="checkbox" value="true" />;
  if (kind === 'choice') {
    return (
      <select id={id} name={name} required={required}>
        {!required && <option value="">none</option>}
        {values.map(value => (
          <option key={value} value={value}>
            {value}
          </option>
        ))}
      </select>
    );
  }
  if (kind === 'json') {
    return (
      <textarea
        id={id}
        name={name}
        rows={3}
        required={required}
        placeholder={hint || 'JSON'}
        spellcheck={false}
      />
    );
  }
  if (kind === 'text') return <input id={id} name={name} type="text" placeholder={hint} autocomplete="off" />;
  // as text, so that it is sent as it is written
  return (
    <input
      id={id}
      name={name}
      type="text"
      inputMode="decimal"
      pattern={kind === 'integer' ? '-?[0-9]+' : '-?[0-9]+([.][0-9]+)?([eE][+\\-]?[0-9]+)?'}
      title={kind === 'integer' ? 'a whole number' : 'a number'}
      placeholder={hint || (kind === 'integer' ? 'a whole number' : 'a number')}
      required={required}
      autocomplete="off"
    />
  );
}
