import { PathExt } from '@jupyterlab/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { LabIcon, notebookIcon, refreshIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import { textsOf } from '../../server/errors';
import { useChanges } from '../hooks';
import type { Pages } from './pages';

/** What can be done with a row. */
export interface IRowAction {
  readonly label: string;
  readonly icon: LabIcon;
  readonly run: () => void | Promise<void>;
}

/** A notebook in a list. */
export interface IRow {
  readonly key: string;
  readonly path: string;
  /** What it is called; by default the name of the notebook. */
  readonly name?: string;
  /** Shown below the name, the empty ones left out. */
  readonly facts: readonly React.ReactNode[];
  readonly actions: readonly IRowAction[];
}

/** A list of notebooks that loads page by page. */
export function NotebookList<T>(props: {
  pages: Pages<T>;
  rowOf: (item: T) => IRow | null;
  /** What to say when there is none. */
  empty: string;
  trans: TranslationBundle;
  /** Beside the refresh button. */
  children?: React.ReactNode;
}): JSX.Element {
  const { pages, rowOf, trans } = props;
  useChanges(pages.changed, 60_000);
  const rows = pages.items.map(rowOf).filter(row => row !== null);
  const isEmpty = rows.length === 0 && pages.isLoaded && !pages.hasMore;
  return (
    <>
      <div className="bs-List-toolbar">
        {props.children}
        <span className="bs-List-spacer" />
        <IconButton
          icon={refreshIcon}
          label={trans.__('Refresh')}
          onClick={() => void pages.reload()}
        />
      </div>
      <Failure error={pages.error} trans={trans} />
      {isEmpty && !pages.error && (
        <p className="bs-List-empty">{props.empty}</p>
      )}
      <ul className="bs-List-rows" aria-busy={pages.isLoading}>
        {rows.map(row => (
          <Row key={row.key} row={row} trans={trans} />
        ))}
      </ul>
      {pages.hasMore && (
        <button
          className="jp-Button jp-mod-styled bs-List-more"
          disabled={pages.isLoading}
          onClick={() => void pages.more()}
        >
          {pages.isLoading ? trans.__('Loading…') : trans.__('Show More')}
        </button>
      )}
    </>
  );
}

function Row(props: { row: IRow; trans: TranslationBundle }): JSX.Element {
  const { path, facts, actions } = props.row;
  const name = props.row.name ?? PathExt.basename(path);
  const [isBusy, setBusy] = React.useState(false);
  const folder = PathExt.dirname(path);
  const run = async (action: IRowAction) => {
    setBusy(true);
    try {
      await action.run();
    } finally {
      setBusy(false);
    }
  };
  return (
    <li className="bs-List-row" data-path={path}>
      <notebookIcon.react tag="span" className="bs-Icon" />
      <div className="bs-List-text">
        <span className="bs-List-name" title={path}>
          {name}
        </span>
        <span className="bs-List-facts">
          {[folder, ...facts].filter(Boolean).map((fact, index) => (
            <span key={index}>{fact}</span>
          ))}
        </span>
      </div>
      {actions.map(action => (
        <IconButton
          key={action.label}
          icon={action.icon}
          label={action.label}
          about={name}
          disabled={isBusy}
          onClick={() => void run(action)}
        />
      ))}
    </li>
  );
}

function IconButton(props: {
  icon: LabIcon;
  label: string;
  /** Tells equal buttons apart for those who do not see where they stand. */
  about?: string;
  disabled?: boolean;
  onClick: () => void;
}): JSX.Element {
  const { icon: Icon, label, about } = props;
  return (
    <button
      className="jp-Button jp-mod-minimal bs-List-action"
      title={label}
      aria-label={about ? `${label}: ${about}` : label}
      disabled={props.disabled}
      onClick={props.onClick}
    >
      <Icon.react tag="span" className="bs-Icon" />
    </button>
  );
}

function Failure(props: {
  error: unknown;
  trans: TranslationBundle;
}): JSX.Element | null {
  if (!props.error) {
    return null;
  }
  const { message, hint } = textsOf(props.error, props.trans);
  return (
    <p className="bs-List-error" role="alert">
      {message} {hint}
    </p>
  );
}
