import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { IVersion } from '../server/answers';
import { identityOf } from '../versions/facts';
import {
  isItem,
  ItemRow,
  offsetsOf,
  Row,
  ROW_HEIGHT,
  rowsBetween,
  versionOf
} from './rows';
import { OpenedHeading, SessionItem } from './session';
import { IVersionActions, VersionItem } from './version';

/** Drawn above and below what is seen, so that scrolling shows no gaps. */
const OVERSCAN_PX = 400;
/** Older versions are read when so much is left below what is seen. */
const AHEAD_PX = 600;
/** Folded rows take little room: so often older versions are read without anybody doing anything. */
const MOST_UNASKED = 4;

export interface IListActions extends IVersionActions {
  /** Make a version the active one on the way through the list. */
  walk(version: IVersion): void;
  /** Open a session that is folded, or fold it. */
  setOpen(versions: readonly IVersion[], isOpen: boolean): void;
}

export interface IVersionListProps {
  readonly rows: readonly Row[];
  readonly active: IVersion | null;
  readonly chosen: readonly IVersion[];
  readonly hasMore: boolean;
  readonly isLoading: boolean;
  readonly now: Date;
  readonly trans: TranslationBundle;
  readonly actions: IListActions;
  /** Another number brings the active row into sight. */
  readonly revealed: number;
  readonly onNeedMore: () => void;
}

/** The rows of a history, of which only those near what is seen are drawn. */
export function VersionList(props: IVersionListProps): JSX.Element {
  const { rows, active, hasMore, isLoading, trans, actions, onNeedMore } =
    props;
  const box = React.useRef<HTMLDivElement>(null);
  const [view, setView] = React.useState({ top: 0, height: 800 });
  const [unasked, setUnasked] = React.useState(0);
  const offsets = React.useMemo(() => offsetsOf(rows), [rows]);
  const total = offsets[rows.length];

  const look = React.useCallback(() => {
    const node = box.current;
    setUnasked(0);
    if (node) {
      setView({ top: node.scrollTop, height: node.clientHeight });
    }
  }, []);

  React.useLayoutEffect(() => {
    const observer = new ResizeObserver(look);
    observer.observe(box.current!);
    return () => observer.disconnect();
  }, [look]);

  React.useEffect(() => {
    const panel = box.current!.closest('.bs-History');
    if (panel && document.activeElement === panel) {
      box.current!.focus();
    }
  }, []);

  React.useEffect(() => {
    const bottom = view.top + view.height;
    const isNear = view.height > 0 && total - bottom < AHEAD_PX;
    if (hasMore && !isLoading && isNear && unasked < MOST_UNASKED) {
      setUnasked(count => count + 1);
      onNeedMore();
    }
  }, [hasMore, isLoading, total, view, unasked, onNeedMore]);

  const items = rows.filter(isItem);
  const activeId = active ? identityOf(active) : '';
  const activeRow = items.find(row =>
    row.type === 'version'
      ? row.key === activeId
      : row.versions.some(version => identityOf(version) === activeId)
  );

  const show = (row: ItemRow) => {
    const index = rows.indexOf(row);
    // The heading comes into sight with the first version of its day.
    const from = rows[index - 1]?.type === 'day' ? index - 1 : index;
    reveal(box.current!, offsets[from], offsets[index + 1]);
  };
  const walkTo = (row: ItemRow | undefined) => {
    if (row) {
      actions.walk(versionOf(row));
      show(row);
    }
  };
  React.useEffect(() => {
    if (activeRow) {
      show(activeRow);
    }
  }, [props.revealed]);

  const onKeyDown = (event: React.KeyboardEvent) => {
    const index = activeRow ? items.indexOf(activeRow) : -1;
    const page = Math.max(1, Math.floor(view.height / ROW_HEIGHT.version) - 1);
    const last = items.length - 1;
    const moves: { [key: string]: number } = {
      ArrowDown: Math.min(index + 1, last),
      ArrowUp: Math.max(index - 1, 0),
      PageDown: Math.min(index + page, last),
      PageUp: Math.max(index - page, 0),
      Home: 0,
      End: last
    };
    if (event.key in moves) {
      walkTo(items[moves[event.key]]);
    } else if (!activeRow) {
      return;
    } else if (isMenuKey(event)) {
      const { left, bottom } = document
        .getElementById(idOf(activeRow))!
        .getBoundingClientRect();
      actions.menu(versionOf(activeRow), left + 32, bottom - 8);
    } else if (!actOn(activeRow, event, rows, actions)) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  const [first, end] = rowsBetween(
    offsets,
    view.top - OVERSCAN_PX,
    view.top + view.height + OVERSCAN_PX
  );
  const setSize = hasMore ? -1 : items.length;
  return (
    <div
      ref={box}
      className="bs-VersionList"
      role="listbox"
      aria-label={trans.__('Versions')}
      aria-multiselectable="true"
      aria-activedescendant={activeRow ? idOf(activeRow) : undefined}
      tabIndex={0}
      onScroll={look}
      onKeyDown={onKeyDown}
      onContextMenu={event => {
        // From the keyboard, which has been answered; the mouse is on a row.
        if (event.target === event.currentTarget) {
          event.preventDefault();
          event.stopPropagation();
        }
      }}
      onFocus={() => {
        if (!activeRow) {
          actions.activate(items[0] ? versionOf(items[0]) : null);
        }
      }}
    >
      <div className="bs-VersionList-rows" style={{ height: total }}>
        {rows.slice(first, end).map((row, index) => (
          <div
            key={row.key}
            className="bs-VersionList-row"
            role="presentation"
            style={{ top: offsets[first + index] }}
          >
            {row.type === 'day' && (
              <div className="bs-VersionList-day" role="presentation">
                {row.name}
              </div>
            )}
            {row.type === 'opened' && (
              <OpenedHeading row={row} trans={trans} actions={actions} />
            )}
            {row.type === 'session' && (
              <SessionItem
                id={idOf(row)}
                row={row}
                isActive={row === activeRow}
                setSize={setSize}
                trans={trans}
                actions={actions}
              />
            )}
            {row.type === 'version' && (
              <VersionItem
                id={idOf(row)}
                row={row}
                isActive={row === activeRow}
                isChosen={props.chosen.includes(row.version)}
                isChoosing={props.chosen.length > 0}
                setSize={setSize}
                now={props.now}
                trans={trans}
                actions={actions}
              />
            )}
          </div>
        ))}
      </div>
      {hasMore && unasked >= MOST_UNASKED && (
        <button
          type="button"
          className="jp-Button jp-mod-styled jp-mod-minimal bs-VersionList-older"
          onClick={() => setUnasked(0)}
        >
          {trans.__('Show older versions')}
        </button>
      )}
    </div>
  );
}

/** Do what a key means for the active row; say whether it means anything. */
function actOn(
  row: ItemRow,
  { key, ctrlKey, metaKey, altKey }: React.KeyboardEvent,
  rows: readonly Row[],
  actions: IListActions
): boolean {
  const version = versionOf(row);
  if (ctrlKey || metaKey || altKey) {
    return false;
  }
  if (row.type === 'session') {
    const opens = key === 'Enter' || key === 'ArrowRight';
    if (opens) {
      actions.setOpen(row.versions, true);
    }
    return opens;
  }
  if (key === 'Enter') {
    actions.open(version);
  } else if (key === ' ') {
    actions.choose(version);
  } else if (key === 'c') {
    actions.compareWithBefore(version);
  } else if (key === 'ArrowLeft' && row.isInSession) {
    const session = rows.find(
      each => each.type === 'opened' && each.versions.includes(version)
    );
    if (session?.type === 'opened') {
      actions.setOpen(session.versions, false);
    }
  } else {
    return false;
  }
  return true;
}

function isMenuKey(event: React.KeyboardEvent): boolean {
  return event.key === 'ContextMenu' || (event.shiftKey && event.key === 'F10');
}

function idOf(row: ItemRow): string {
  return `bs-version-${row.key}`;
}

function reveal(box: HTMLElement, top: number, bottom: number): void {
  if (top < box.scrollTop) {
    box.scrollTop = top;
  } else if (bottom > box.scrollTop + box.clientHeight) {
    box.scrollTop = bottom - box.clientHeight;
  }
}
