import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { IProblem } from '../server/errors';
import type { IDraft, IField, IOrigin } from '../server/gallery';
import { Field, TextField, Wrong } from './fields';

/** What publishing makes of a notebook. */
export type Outcome = 'new' | 'revision' | 'request';

/** What the user says about a notebook that is to be published. */
export interface IWords {
  readonly outcome: Outcome;
  readonly title: string;
  readonly description: string;
  readonly tags: string;
  /** `self`, or `group:` and a GID. */
  readonly owner: string;
  readonly public: boolean;
  readonly summary: string;
  readonly label: string;
  readonly keepOutputs: boolean;
  readonly comment: string;
  readonly attributes: { readonly [name: string]: string };
}

/** What the form says first: of a copy, what it is a copy of is called now. */
export function firstWords(draft: IDraft): IWords {
  const { origin } = draft;
  const outcome =
    origin === null ? 'new' : origin.may_edit ? 'revision' : 'request';
  return { ...wordsOf(draft, outcome), outcome };
}

/** What the fields say where they are about this outcome. */
export function wordsOf(draft: IDraft, outcome: Outcome): IWords {
  const known = outcome === 'revision' ? draft.origin : null;
  return {
    outcome,
    title: known?.title ?? draft.title,
    description: known?.description ?? '',
    tags: known?.tags.join(', ') ?? '',
    owner: 'self',
    public: known?.public ?? false,
    summary: '',
    label: '',
    keepOutputs: false,
    comment: '',
    attributes: draft.origin?.attributes ?? {}
  };
}

/** Tags with one more, or without it. */
export function toggledTag(tags: string, tag: string): string {
  const there = tagsIn(tags);
  const wanted = there.includes(tag)
    ? there.filter(other => other !== tag)
    : [...there, tag];
  return wanted.join(', ');
}

export function tagsIn(tags: string): string[] {
  return tags
    .split(',')
    .map(tag => tag.trim())
    .filter(tag => tag !== '');
}

export interface IFormProps {
  readonly draft: IDraft;
  readonly words: IWords;
  readonly problems: readonly IProblem[];
  /** What is wrong that is no field's. */
  readonly problem: string;
  readonly trans: TranslationBundle;
  say(words: IWords): void;
}

const OWN_FIELDS = [
  'title',
  'description',
  'tags',
  'owner',
  'public',
  'summary',
  'label'
];

/** The fields of a publication, with what is wrong beside each. */
export function WordsForm(props: IFormProps): JSX.Element {
  const { draft, words, problems, problem, trans, say } = props;
  const isRequest = words.outcome === 'request';
  const known = [...OWN_FIELDS, ...draft.fields.map(({ name }) => name)];
  const others = problems.filter(({ field }) => !known.includes(field));
  const text = (
    name: 'title' | 'description' | 'tags' | 'summary' | 'label'
  ) => ({
    name,
    value: words[name],
    problems,
    onChange: (value: string) => say({ ...words, [name]: value })
  });
  return (
    <div className="bs-Words">
      {(problems.length > 0 || problem !== '') && (
        <div className="bs-Words-alert" role="alert">
          <strong>{trans.__('Nothing was published yet.')}</strong>{' '}
          {problem ||
            trans.__('See what is wrong below; what you typed is still here.')}
          {others.map(({ field, allowed }) => (
            <div key={field + allowed}>
              {field}: {allowed}
            </div>
          ))}
        </div>
      )}
      {draft.problem && (
        <p className="bs-DialogText-warning">{draft.problem}</p>
      )}
      {draft.origin && <Outcomes {...props} origin={draft.origin} />}
      <TextField label={trans.__('Title')} {...text('title')} />
      <TextField
        label={trans.__('Description')}
        hint={trans.__('What it does, and for whom, in Markdown.')}
        rows={5}
        {...text('description')}
      />
      <TextField
        label={trans.__('Tags')}
        hint={trans.__('With commas between: tides, sea-level')}
        {...text('tags')}
      />
      <Proposals draft={draft} words={words} trans={trans} say={say} />
      {draft.fields.map(field => (
        <ExtraField key={field.name} {...props} field={field} />
      ))}
      {words.outcome === 'new' && <Owner {...props} />}
      {!isRequest && <Readers {...props} />}
      {isRequest ? (
        <Field
          name="comment"
          label={trans.__('What to tell them')}
          problems={problems}
        >
          {aids => (
            <textarea
              {...aids}
              rows={2}
              value={words.comment}
              onChange={event => say({ ...words, comment: event.target.value })}
            />
          )}
        </Field>
      ) : (
        <div className="bs-Words-pair">
          <TextField label={trans.__('What changed')} {...text('summary')} />
          <TextField
            label={trans.__('Label of the revision')}
            {...text('label')}
          />
        </div>
      )}
      {draft.outputs_may_be_kept ? (
        <label className="bs-Words-check">
          <input
            type="checkbox"
            checked={words.keepOutputs}
            onChange={event =>
              say({ ...words, keepOutputs: event.target.checked })
            }
          />
          {trans.__('Keep the outputs: whoever reads the notebook sees them')}
        </label>
      ) : (
        <p className="bs-Words-note">
          {trans.__('Outputs are taken out; your own notebook keeps them.')}
        </p>
      )}
    </div>
  );
}

function Outcomes(
  props: IFormProps & { readonly origin: IOrigin }
): JSX.Element {
  const { draft, words, trans, say, origin } = props;
  const known: Outcome = origin.may_edit ? 'revision' : 'request';
  const choose = (outcome: Outcome) => ({
    type: 'radio',
    name: 'outcome',
    checked: words.outcome === outcome,
    onChange: () => say({ ...wordsOf(draft, outcome), outcome })
  });
  return (
    <fieldset>
      <legend>
        {trans.__('It is a copy of “%1” by %2', origin.title, origin.owner)}
      </legend>
      <label className="bs-Words-check">
        <input {...choose(known)} />
        {origin.may_edit
          ? trans.__('Publish a new revision of it; what was published stays')
          : trans.__('Ask those who may change it for this change')}
      </label>
      <label className="bs-Words-check">
        <input {...choose('new')} />
        {trans.__('Publish it as a notebook of its own')}
      </label>
    </fieldset>
  );
}

function Proposals(props: {
  draft: IDraft;
  words: IWords;
  trans: TranslationBundle;
  say(words: IWords): void;
}): JSX.Element | null {
  const { draft, words, trans, say } = props;
  if (draft.proposed_tags.length === 0) {
    return null;
  }
  const there = tagsIn(words.tags);
  return (
    <div className="bs-Words-proposals">
      {trans.__('Proposed:')}
      {draft.proposed_tags.map(tag => (
        <button
          key={tag}
          type="button"
          className="bs-Gallery-tag"
          aria-pressed={there.includes(tag)}
          onClick={() => say({ ...words, tags: toggledTag(words.tags, tag) })}
        >
          {there.includes(tag) ? `✓ ${tag}` : `+ ${tag}`}
        </button>
      ))}
    </div>
  );
}

function Owner({
  draft,
  words,
  problems,
  trans,
  say
}: IFormProps): JSX.Element | null {
  if (draft.groups.length === 0) {
    return null;
  }
  return (
    <Field name="owner" label={trans.__('Owner')} problems={problems}>
      {aids => (
        <select
          {...aids}
          value={words.owner}
          onChange={event => say({ ...words, owner: event.target.value })}
        >
          <option value="self">{trans.__('%1 (me)', draft.user)}</option>
          {draft.groups.map(({ gid, name }) => (
            <option key={gid} value={`group:${gid}`}>
              {name}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

function Readers({ words, problems, trans, say }: IFormProps): JSX.Element {
  const choose = (isPublic: boolean) => ({
    type: 'radio',
    name: 'public',
    checked: words.public === isPublic,
    onChange: () => say({ ...words, public: isPublic })
  });
  return (
    <fieldset>
      <legend>{trans.__('Who may read it')}</legend>
      <label className="bs-Words-check">
        <input {...choose(false)} />
        {words.owner === 'self'
          ? trans.__('Only me, and those I share it with')
          : trans.__('Only the group, and those it is shared with')}
      </label>
      <label className="bs-Words-check">
        <input {...choose(true)} />
        {trans.__('Everybody in this gallery')}
      </label>
      <Wrong name="public" problems={problems} />
    </fieldset>
  );
}

function ExtraField(
  props: IFormProps & { readonly field: IField }
): JSX.Element {
  const { field, words, problems, say } = props;
  const { name, choices } = field;
  const value = words.attributes[name] ?? '';
  const change = (said: string) =>
    say({ ...words, attributes: { ...words.attributes, [name]: said } });
  return (
    <Field
      name={name}
      label={field.label}
      hint={field.help}
      problems={problems}
    >
      {aids =>
        choices === null ? (
          <input
            {...aids}
            type="text"
            value={value}
            onChange={event => change(event.target.value)}
          />
        ) : (
          <select
            {...aids}
            value={value}
            onChange={event => change(event.target.value)}
          >
            <option value=""></option>
            {choices.map(choice => (
              <option key={choice}>{choice}</option>
            ))}
          </select>
        )
      }
    </Field>
  );
}
