import type { TranslationBundle } from '@jupyterlab/translation';
import { LabIcon, launchIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import { textsOf } from '../server/errors';
import type { IListed, IShown, ISnippet } from '../server/gallery';
import { kindIcon, previewIcon, starIcon, starredIcon } from '../ui/icons';
import { Time } from '../ui/times';

/** What can be done with a notebook of the list. */
export interface IRowActions {
  toggle(uuid: string): void;
  preview(notebook: IListed): void;
  clone(notebook: IListed): Promise<void>;
  star(starred: boolean): Promise<void>;
  openPage(notebook: IListed): void;
  search(query: string): void;
}

/** A notebook in the list: what it is about, and when it is opened what can be done with it. */
export function Row(props: {
  item: IListed;
  isOpened: boolean;
  about: IShown | null;
  error: unknown;
  trans: TranslationBundle;
  actions: IRowActions;
}): JSX.Element {
  const { item, isOpened, trans, actions } = props;
  const snippet = item.snippets?.find(({ field }) => field !== 'title');
  return (
    <li
      className={`bs-Gallery-row${isOpened ? ' bs-mod-opened' : ''}`}
      data-uuid={item.uuid}
    >
      <button
        type="button"
        className="bs-Gallery-title"
        aria-expanded={isOpened}
        title={item.title}
        onClick={() => actions.toggle(item.uuid)}
      >
        {item.title}
      </button>
      <p className="bs-Gallery-about">
        {snippet && !isOpened ? <Marked snippet={snippet} /> : item.excerpt}
      </p>
      <Facts item={item} trans={trans} />
      {isOpened && <Opened {...props} />}
    </li>
  );
}

function Opened(props: {
  item: IListed;
  about: IShown | null;
  error: unknown;
  trans: TranslationBundle;
  actions: IRowActions;
}): JSX.Element {
  const { item, about, trans, actions } = props;
  const problem = props.error ? textsOf(props.error, trans) : null;
  const mayBeRun = about?.deprecation?.may_be_run ?? true;
  return (
    <div className="bs-Gallery-opened">
      {about?.deprecation && (
        <p className="bs-Gallery-deprecated">
          {trans.__('Deprecated: %1', about.deprecation.reason)}
        </p>
      )}
      {item.tags.length > 0 && (
        <div className="bs-Gallery-tags">
          {item.tags.map(tag => (
            <button
              key={tag}
              type="button"
              className="bs-Gallery-tag"
              title={trans.__('Find what has the tag %1', tag)}
              onClick={() => actions.search(`tag:${tag}`)}
            >
              {tag}
            </button>
          ))}
        </div>
      )}
      {problem && (
        <p className="bs-Gallery-problem" role="alert">
          {problem.message} {problem.hint}
        </p>
      )}
      <div className="bs-Gallery-actions">
        {mayBeRun && (
          <Act
            icon={kindIcon('clone')}
            label={trans.__('Clone')}
            caption={trans.__('Copy it into the current folder, and open it')}
            isMain
            act={() => actions.clone(item)}
          />
        )}
        <Act
          icon={previewIcon}
          label={trans.__('Preview')}
          caption={trans.__('Read it; nothing in it runs')}
          act={async () => actions.preview(item)}
        />
        <Act
          icon={about?.is_starred ? starredIcon : starIcon}
          label={about?.is_starred ? trans.__('Starred') : trans.__('Star')}
          caption={
            about?.is_starred
              ? trans.__('Take it off your starred notebooks')
              : trans.__('Keep it among your starred notebooks')
          }
          isPressed={about?.is_starred ?? false}
          disabled={about === null}
          act={() => actions.star(!about?.is_starred)}
        />
        <Act
          icon={launchIcon}
          label={trans.__('Page')}
          caption={trans.__('Open its page in a new tab')}
          act={async () => actions.openPage(item)}
        />
      </div>
    </div>
  );
}

function Act(props: {
  icon: LabIcon;
  label: string;
  caption: string;
  isMain?: boolean;
  isPressed?: boolean;
  disabled?: boolean;
  act: () => Promise<void>;
}): JSX.Element {
  const [isBusy, setBusy] = React.useState(false);
  const { icon: Icon } = props;
  const run = async () => {
    setBusy(true);
    try {
      await props.act();
    } finally {
      setBusy(false);
    }
  };
  return (
    <button
      type="button"
      className={`bs-Gallery-act${props.isMain ? ' bs-mod-main' : ''}`}
      title={props.caption}
      aria-pressed={props.isPressed}
      disabled={isBusy || props.disabled}
      onClick={() => void run()}
    >
      <Icon.react tag="span" className="bs-Icon" />
      {props.label}
    </button>
  );
}

function Facts(props: {
  item: IListed;
  trans: TranslationBundle;
}): JSX.Element {
  const { item, trans } = props;
  const { lang } = item;
  const facts = [
    !item.public && trans.__('Private'),
    item.deprecated && trans.__('Deprecated'),
    item.owner,
    <Time iso={item.content_updated_at ?? item.updated_at} trans={trans} />,
    lang !== 'unknown' && lang,
    item.stars > 0 && (
      <span
        aria-label={trans._n('%1 star', '%1 stars', item.stars)}
      >{`★ ${item.stars}`}</span>
    )
  ];
  return (
    <div className="bs-Gallery-facts">
      {facts.filter(Boolean).map((fact, index) => (
        <span key={index}>{fact}</span>
      ))}
    </div>
  );
}

function Marked({ snippet }: { snippet: ISnippet }): JSX.Element {
  return (
    <span className={snippet.field === 'source' ? 'bs-mod-code' : undefined}>
      {snippet.pieces.map(({ text, marked }, index) =>
        marked ? <mark key={index}>{text}</mark> : text
      )}
    </span>
  );
}
