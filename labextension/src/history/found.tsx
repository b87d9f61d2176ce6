import { PathExt } from '@jupyterlab/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import {
  IFound,
  ISearchResult,
  VERSION_KINDS,
  VersionKind
} from '../server/answers';
import { textsOf } from '../server/errors';
import { exactTime } from '../ui/times';
import { kindName } from '../versions/describe';
import { firstLine, Search } from './search';

interface ISearchProps {
  readonly search: Search;
  readonly trans: TranslationBundle;
}

/** What is looked for, and where. */
export function SearchField({ search, trans }: ISearchProps): JSX.Element {
  const [isUsed, setIsUsed] = React.useState(false);
  if (search.cell) {
    const name = firstLine(search.cell.source) || trans.__('an empty cell');
    return (
      <div className="bs-History-part bs-History-cell">
        <span>{trans.__('History of a cell')}</span>
        <button
          type="button"
          className="bs-History-back"
          onClick={() => search.setCell(null)}
        >
          {trans.__('Whole notebook')}
        </button>
        <code className="bs-History-excerpt">{name}</code>
      </div>
    );
  }
  return (
    <div className="bs-History-search" onFocus={() => setIsUsed(true)}>
      <input
        type="search"
        className="jp-mod-styled"
        placeholder={trans.__('Search in all versions')}
        aria-label={trans.__('Search in all versions')}
        value={search.wanted.text}
        maxLength={1000}
        onChange={event => search.setWanted({ text: event.target.value })}
      />
      <div className="bs-History-more" hidden={!isUsed && !search.isAsked}>
        <input
          type="search"
          className="jp-mod-styled"
          placeholder={trans.__('Author')}
          aria-label={trans.__('Author')}
          value={search.wanted.author}
          maxLength={200}
          onChange={event => search.setWanted({ author: event.target.value })}
        />
        <select
          className="bs-History-filter"
          aria-label={trans.__('What made the version')}
          value={search.wanted.kind}
          onChange={event =>
            search.setWanted({ kind: event.target.value as VersionKind })
          }
        >
          <option value="">{trans.__('Any kind')}</option>
          {VERSION_KINDS.map(kind => (
            <option key={kind} value={kind}>
              {kindName(kind, trans)}
            </option>
          ))}
        </select>
      </div>
      {search.isAsked && (
        <label className="bs-History-everywhere">
          <input
            type="checkbox"
            checked={search.isEverywhere}
            onChange={event => search.setEverywhere(event.target.checked)}
          />
          {trans.__('In all notebooks')}
        </label>
      )}
    </div>
  );
}

/** What was found, in words: since when it is there, and since when it is not. */
export function FoundSummary({ search, trans }: ISearchProps): JSX.Element {
  const { result, error, isEverywhere, cell } = search;
  if (cell && result) {
    return <></>; // the rows tell
  }
  return (
    <div className="bs-History-found" role="status">
      {error !== null && textsOf(error, trans).message}
      {error === null && result === null && trans.__('Searching…')}
      {result !== null && summaryOf(result, isEverywhere, trans)}
      {result?.is_complete === false && (
        <div>{trans.__('Older versions are still being looked at.')}</div>
      )}
    </div>
  );
}

function summaryOf(
  { found }: ISearchResult,
  isEverywhere: boolean,
  trans: TranslationBundle
): React.ReactNode {
  if (found.length === 0) {
    return trans.__('No version has this.');
  }
  if (isEverywhere) {
    return trans._n('In %1 notebook', 'In %1 notebooks', found.length);
  }
  const { first, gone, excerpt } = found[0];
  return (
    <>
      {excerpt && <code className="bs-History-excerpt">{excerpt}</code>}
      <div>{trans.__('First: %1', timeOf(first.saved_at, trans))}</div>
      <div>{lastText(found[0], trans)}</div>
      {gone && gone.kind === 'delete' && (
        <div>{trans.__('The notebook was deleted or renamed then.')}</div>
      )}
    </>
  );
}

function lastText({ last, gone }: IFound, trans: TranslationBundle): string {
  return gone
    ? trans.__(
        'Last: %1, gone since %2',
        timeOf(last.saved_at, trans),
        timeOf(gone.saved_at, trans)
      )
    : trans.__('It is still there.');
}

function timeOf(iso: string, trans: TranslationBundle): string {
  return exactTime(new Date(iso), new Date(), trans);
}

interface INotebooksProps extends ISearchProps {
  readonly onChoose: (path: string) => void;
}

/** The notebooks that have what is looked for in a version. */
export function FoundNotebooks(props: INotebooksProps): JSX.Element {
  const { search, trans, onChoose } = props;
  return (
    <ul className="bs-History-notebooks">
      {(search.result?.found ?? []).map(found => (
        <li key={found.path}>
          <button
            type="button"
            title={found.path}
            onClick={() => onChoose(found.path)}
          >
            <span className="bs-History-notebook">
              {PathExt.basename(found.path)}
            </span>
            <span>{lastText(found, trans)}</span>
            <code className="bs-History-excerpt">{found.excerpt}</code>
          </button>
        </li>
      ))}
    </ul>
  );
}
