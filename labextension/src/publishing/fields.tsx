import * as React from 'react';
import type { IProblem } from '../server/errors';

/** A field for a text, of some rows or one line. */
export function TextField(props: {
  name: string;
  label: string;
  hint?: string;
  rows?: number;
  value: string;
  problems: readonly IProblem[];
  onChange(value: string): void;
}): JSX.Element {
  const { rows, value, onChange } = props;
  return (
    <Field {...props}>
      {aids =>
        rows ? (
          <textarea
            {...aids}
            rows={rows}
            value={value}
            onChange={event => onChange(event.target.value)}
          />
        ) : (
          <input
            {...aids}
            type="text"
            autoComplete="off"
            value={value}
            onChange={event => onChange(event.target.value)}
          />
        )
      }
    </Field>
  );
}

/** What a field has for those who do not see what stands beside it. */
interface IAids {
  readonly name: string;
  readonly 'aria-invalid': boolean;
  readonly 'aria-describedby': string;
}

/** A field with its label, a hint, and what is wrong with what was said. */
export function Field(props: {
  name: string;
  label: string;
  hint?: string;
  problems: readonly IProblem[];
  children: (aids: IAids) => JSX.Element;
}): JSX.Element {
  const { name, label, hint, problems } = props;
  const isWrong = problems.some(({ field }) => field === name);
  const about = `bs-Words-about-${name}`;
  return (
    <div className={`bs-Words-field${isWrong ? ' bs-mod-wrong' : ''}`}>
      <label>
        <span>{label}</span>
        {props.children({
          name,
          'aria-invalid': isWrong,
          'aria-describedby': about
        })}
      </label>
      <div id={about}>
        {hint && <small>{hint}</small>}
        <Wrong name={name} problems={problems} />
      </div>
    </div>
  );
}

/** What is wrong with a field, in the words of the server. */
export function Wrong(props: {
  name: string;
  problems: readonly IProblem[];
}): JSX.Element {
  const own = props.problems.filter(({ field }) => field === props.name);
  return (
    <>
      {own.map(({ allowed, value }) => (
        <div key={value + allowed} className="bs-DialogText-error">
          {allowed}
        </div>
      ))}
    </>
  );
}
