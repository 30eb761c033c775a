import type { JSX, TargetedSubmitEvent } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { refreshAll } from '../live/refresh.ts';
import { useStore } from '../live/store.ts';
import { Name } from './name.tsx';
import { type Answers, type Question, type QuestionField, question } from './question.ts';
import { say } from './toast.tsx';

/** The page's one dialog: nothing is done without it. */
export function QuestionDialog(): JSX.Element | null {
  const asked = useStore(question);
  return asked === undefined ? null : <Asking key={asked.title} asked={asked} />;
}

function Asking({ asked }: { readonly asked: Question }): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const [state, setState] = useState<{ readonly busy: boolean; readonly error?: string }>({ busy: false });

  useEffect(() => dialog.current?.showModal(), []);
  const close = () => dialog.current?.close();

  const submit = async (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const answers = answersOf(asked.fields ?? [], new FormData(event.currentTarget));
    setState({ busy: true });
    try {
      say(await asked.run(answers));
      close();
    } catch (error) {
      setState({ busy: false, error: error instanceof Error ? error.message : String(error) });
    }
    refreshAll();
  };

  return (
    <dialog
      ref={dialog}
      class="question"
      aria-labelledby="question-title"
      aria-describedby="question-text"
      onClose={() => question.set(undefined)}
    >
      <form onSubmit={submit}>
        <h2 id="question-title">{asked.title}</h2>
        {asked.subject !== undefined && (
          <p class="subject">
            <Name value={asked.subject} />
          </p>
        )}
        <div id="question-text">
          {asked.lines.map(line => (
            <p key={line}>{line}</p>
          ))}
        </div>
        {asked.fields?.map(field => (
          <Field key={field.name} field={field} />
        ))}
        {state.error !== undefined && (
          <p class="question-error" role="alert">
            {state.error}
          </p>
        )}
        <div class="question-buttons">
          <button type="button" class="button" onClick={close}>
            Cancel
          </button>
          <button type="submit" class={`button ${asked.danger ? 'danger' : 'primary'}`} disabled={state.busy}>
            {state.busy ? 'One moment …' : asked.confirm}
          </button>
        </div>
      </form>
    </dialog>
  );
}

function Field({ field }: { readonly field: QuestionField }): JSX.Element {
  if (field.kind === 'check') {
    return (
      <label class="check">
        <input type="checkbox" name={field.name} />
        <span>
          {field.label}
          {field.hint !== undefined && <small>{field.hint}</small>}
        </span>
      </label>
    );
  }
  return (
    <label class="number">
      <span>{field.label}</span>
      <input
        type="number"
        name={field.name}
        defaultValue={field.value}
        min={field.min}
        max={field.max}
        step={1}
        required
      />
    </label>
  );
}

const answersOf = (fields: readonly QuestionField[], data: FormData): Answers =>
  new Map(
    fields.map(
      ({ kind, name }) => [name, kind === 'check' ? data.has(name) : Number(data.get(name))] as const,
    ),
  );
