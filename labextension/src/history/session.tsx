import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { foldedIcon, openedIcon } from '../ui/icons';
import { absoluteTime, timeSpan } from '../ui/times';
import { changedTogether } from '../versions/changes';
import type { IListActions } from './list';
import type { IOpenedRow, ISessionRow } from './rows';

interface ISessionItemProps {
  readonly id: string;
  readonly row: ISessionRow;
  readonly isActive: boolean;
  readonly setSize: number;
  readonly trans: TranslationBundle;
  readonly actions: IListActions;
}

/** Autosaves one after the other, in one row that opens. */
export function SessionItem(props: ISessionItemProps): JSX.Element {
  const { row, trans, actions } = props;
  const { versions } = row;
  const { text, excerpt } = changedTogether(versions, trans);
  const many = manyText(row, trans);
  const span = spanOf(row, trans);
  return (
    <div
      id={props.id}
      className={`bs-Version bs-Session${props.isActive ? ' bs-mod-active' : ''}`}
      role="option"
      aria-selected={props.isActive}
      aria-expanded={false}
      aria-setsize={props.setSize}
      aria-posinset={row.position}
      aria-label={[many, span, text, trans.__('folded')]
        .filter(part => part !== '')
        .join(', ')}
      title={[
        absoluteTime(new Date(versions[0].saved_at), trans),
        trans.__('Click to see each of them')
      ].join('\n')}
      onClick={() => {
        actions.activate(versions[0]);
        actions.setOpen(versions, true);
      }}
    >
      <span className="bs-Version-lead">
        <foldedIcon.react tag="span" className="bs-Version-icon" />
      </span>
      <div className="bs-Version-text">
        <div className="bs-Version-line">
          <div className="bs-Version-main">
            <span className="bs-Version-time">{span}</span>
            <span className="bs-Version-kind">{many}</span>
          </div>
        </div>
        <div className="bs-Version-line bs-mod-second">
          <div className="bs-Version-main">
            <span className="bs-Version-facts">{text}</span>
          </div>
          {excerpt && <code className="bs-Version-excerpt">{excerpt}</code>}
        </div>
      </div>
    </div>
  );
}

interface IOpenedHeadingProps {
  readonly row: IOpenedRow;
  readonly trans: TranslationBundle;
  readonly actions: IListActions;
}

/** What folds a session again, above its versions. */
export function OpenedHeading(props: IOpenedHeadingProps): JSX.Element {
  const { row, trans, actions } = props;
  return (
    <button
      type="button"
      className="bs-Session-opened"
      tabIndex={-1}
      aria-expanded={true}
      title={trans.__('Fold them again')}
      onClick={() => actions.setOpen(row.versions, false)}
    >
      <openedIcon.react tag="span" className="bs-Version-icon" />
      {`${spanOf(row, trans)} · ${manyText(row, trans)}`}
    </button>
  );
}

type Session = Pick<ISessionRow, 'versions'>;

function manyText({ versions }: Session, trans: TranslationBundle): string {
  return trans._n('%1 autosave', '%1 autosaves', versions.length);
}

function spanOf({ versions }: Session, trans: TranslationBundle): string {
  const [to, from] = [versions[0], versions[versions.length - 1]].map(
    ({ saved_at }) => new Date(saved_at)
  );
  return timeSpan(from, to, trans);
}
