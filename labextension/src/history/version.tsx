import type { TranslationBundle } from '@jupyterlab/translation';
import type { LabIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { IVersion } from '../server/answers';
import {
  changesIcon,
  compareIcon,
  failedIcon,
  kindIcon,
  moreIcon,
  nameIcon,
  pendingIcon,
  restoreIcon
} from '../ui/icons';
import { formatSize, formatSizeChange } from '../ui/sizes';
import { absoluteTime, tellingTime } from '../ui/times';
import { changedText } from '../versions/changes';
import {
  folderOf,
  kindName,
  originOf,
  versionName
} from '../versions/describe';
import { hasContent } from '../versions/facts';
import type { IVersionRow } from './rows';

/** What can be done with a version from its row. */
export interface IVersionActions {
  activate(version: IVersion | null): void;
  open(version: IVersion): void;
  choose(version: IVersion): void;
  compareWithBefore(version: IVersion): void;
  compare(version: IVersion): void;
  restore(version: IVersion): void;
  name(version: IVersion): void;
  /** Open the menu with everything at a place of the page. */
  menu(version: IVersion, x: number, y: number): void;
}

export interface IVersionItemProps {
  readonly id: string;
  readonly row: IVersionRow;
  readonly isActive: boolean;
  readonly isChosen: boolean;
  /** Are versions being chosen for a comparison? */
  readonly isChoosing: boolean;
  /** How many versions there are; -1 while that is not known. */
  readonly setSize: number;
  readonly now: Date;
  readonly trans: TranslationBundle;
  readonly actions: IVersionActions;
}

/** One version in the list. */
export function VersionItem(props: IVersionItemProps): JSX.Element {
  const { row, now, trans, actions } = props;
  const { version } = row;
  const onClick = (event: React.MouseEvent) => {
    if (event.ctrlKey || event.metaKey) {
      actions.choose(version);
    } else {
      actions.activate(version);
      actions.open(version);
    }
  };
  return (
    <div
      id={props.id}
      className={classesOf(props)}
      role="option"
      aria-selected={props.isChosen || props.isActive}
      aria-setsize={props.setSize}
      aria-posinset={row.position}
      aria-label={spokenText(props)}
      title={tooltip(version, trans)}
      data-version-id={version.version_id}
      onClick={onClick}
      onContextMenu={() => actions.activate(version)}
    >
      <Lead {...props} />
      <div className="bs-Version-text">
        <div className="bs-Version-line">
          <div className="bs-Version-main">
            <time className="bs-Version-time" dateTime={version.saved_at}>
              {timeOf(row, now, trans)}
            </time>
            <span className="bs-Version-kind">
              {[kindName(version.kind, trans), row.author]
                .filter(text => text)
                .join(' · ')}
            </span>
          </div>
          {hasContent(version) && (
            <span className="bs-Version-size">
              {formatSize(version.size_bytes)}
            </span>
          )}
        </div>
        <div className="bs-Version-line bs-mod-second">
          <Details {...props} />
        </div>
      </div>
      <Tools {...props} />
    </div>
  );
}

function classesOf({ row, isActive, isChosen, isChoosing }: IVersionItemProps) {
  const { version, isInSession } = row;
  const classes: [string, boolean][] = [
    ['bs-Version', true],
    ['bs-mod-active', isActive],
    ['bs-mod-chosen', isChosen],
    ['bs-mod-choosing', isChoosing],
    ['bs-mod-inSession', isInSession],
    ['bs-mod-pending', version.pending],
    ['bs-mod-failed', version.failed !== null],
    ['bs-mod-refused', version.failed?.refused ?? false],
    ['bs-mod-empty', !hasContent(version)]
  ];
  return classes
    .filter(([, on]) => on)
    .map(([name]) => name)
    .join(' ');
}

/** The icon; a check box while the row is pointed at, or versions are being chosen. */
function Lead({ row, isChosen, trans, actions }: IVersionItemProps) {
  const { version } = row;
  return (
    <span className="bs-Version-lead">
      <StateIcon version={version} />
      {hasContent(version) && (
        <input
          type="checkbox"
          className="bs-Version-check"
          aria-hidden="true"
          tabIndex={-1}
          checked={isChosen}
          title={trans.__('Choose for a comparison')}
          onClick={event => event.stopPropagation()}
          onChange={() => actions.choose(version)}
        />
      )}
    </span>
  );
}

function StateIcon({ version }: { version: IVersion }) {
  const known = version.pending ? pendingIcon : kindIcon(version.kind);
  const icon = version.failed ? failedIcon : known;
  return <icon.react tag="span" className="bs-Version-icon" />;
}

/** The second line: why it waits; else its name, where it came from, what it changed. */
function Details({ row, trans }: IVersionItemProps) {
  const { version, sizeChange } = row;
  const { changed } = version;
  const waiting = waitingText(version, trans);
  const texts = [
    originText(row, trans),
    version.note.replace(/\s+/g, ' '),
    saysNothing(row) ? '' : changed && changedText(changed, trans),
    folderOf(version, trans)
  ].filter(text => text);
  return (
    <>
      <div className="bs-Version-main">
        {version.is_latest && (
          <span className="bs-Version-current">{trans.__('Current')}</span>
        )}
        {version.label && (
          <span className="bs-Version-label">{version.label}</span>
        )}
        {waiting && <span className="bs-Version-waiting">{waiting}</span>}
        <span className="bs-Version-facts">{texts.join(' · ')}</span>
      </div>
      {changed?.excerpt && (
        <code className="bs-Version-excerpt">{changed.excerpt}</code>
      )}
      {changed === null && sizeChange !== null && (
        <span className="bs-Version-change">
          {formatSizeChange(sizeChange)}
        </span>
      )}
    </>
  );
}

function Tools({ row, trans, actions }: IVersionItemProps) {
  const { version } = row;
  if (!hasContent(version)) {
    return null;
  }
  const tool = (
    icon: LabIcon,
    title: string,
    act: (event: React.MouseEvent) => void
  ) => (
    <button
      type="button"
      className="bs-Version-tool"
      tabIndex={-1}
      title={title}
      onClick={event => {
        event.stopPropagation();
        actions.activate(version);
        act(event);
      }}
    >
      <icon.react tag="span" />
    </button>
  );
  // Hidden from screen readers: keys and the menu do all of this.
  return (
    <div className="bs-Version-tools" aria-hidden="true">
      {tool(changesIcon, trans.__('Compare with the version before (C)'), () =>
        actions.compareWithBefore(version)
      )}
      {tool(compareIcon, trans.__('Compare with current'), () =>
        actions.compare(version)
      )}
      {tool(restoreIcon, trans.__('Restore…'), () => actions.restore(version))}
      {tool(nameIcon, trans.__('Name version…'), () => actions.name(version))}
      {tool(moreIcon, trans.__('More actions'), event =>
        actions.menu(version, event.clientX, event.clientY)
      )}
    </div>
  );
}

/** Is it clear already that nothing changed: by a rename, a copy or a publication? */
function saysNothing({ version: { kind, changed } }: IVersionRow): boolean {
  const isNothing =
    changed !== null &&
    changed.cells_added +
      changed.cells_removed +
      changed.cells_changed +
      changed.cells_moved +
      changed.outputs_changed ===
      0 &&
    !changed.metadata_changed;
  return isNothing && kind !== 'save' && kind !== 'manual';
}

function timeOf(row: IVersionRow, now: Date, trans: TranslationBundle): string {
  const [time, ...neighbours] = [row.version, ...row.neighbours].map(
    ({ saved_at }) => new Date(saved_at)
  );
  return tellingTime(time, neighbours, now, trans);
}

function originText(row: IVersionRow, trans: TranslationBundle): string {
  return row.restoredFrom
    ? trans.__('from %1', restoredName(row.restoredFrom, trans))
    : originOf(row.version, trans);
}

function restoredName(version: IVersion, trans: TranslationBundle): string {
  const name = versionName(version, trans);
  return version.label ? trans.__('“%1”', name) : name;
}

function waitingText(version: IVersion, trans: TranslationBundle): string {
  if (version.failed) {
    const reason = withoutKey(version.failed.last_error);
    return version.failed.refused
      ? trans.__('Refused: %1', reason)
      : trans.__('Not archived yet: %1', reason);
  }
  return version.pending ? trans.__('Waiting to be archived') : '';
}

/** Errors of a store begin with the key, which is this notebook's. */
function withoutKey(reason: string): string {
  return reason.replace(/^\S+\.ipynb: /, '');
}

function tooltip(version: IVersion, trans: TranslationBundle): string {
  const lines = [
    absoluteTime(new Date(version.saved_at), trans),
    version.label,
    version.note,
    version.author,
    folderOf(version, trans),
    version.changed && changedText(version.changed, trans),
    version.changed?.excerpt,
    waitingText(version, trans)
  ];
  return lines.filter(line => line).join('\n');
}

function spokenText({ row, now, trans }: IVersionItemProps): string {
  const { version } = row;
  const parts = [
    kindName(version.kind, trans),
    timeOf(row, now, trans),
    version.label,
    version.is_latest ? trans.__('current') : '',
    originText(row, trans),
    folderOf(version, trans),
    version.changed ? changedText(version.changed, trans) : '',
    row.author,
    hasContent(version) ? formatSize(version.size_bytes) : '',
    waitingText(version, trans)
  ];
  return parts.filter(part => part !== '').join(', ');
}
