import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { IVersion } from '../server/answers';
import { identityOf } from '../versions/facts';
import { IVersionRow, offsetsOf, Row, ROW_HEIGHT, rowsBetween } from './rows';
import { IVersionActions, VersionItem } from './version';

/** Drawn above and below what is seen, so that scrolling shows no gaps. */
const OVERSCAN_PX = 400;
/** Older versions are read when so much is left below what is seen. */
const AHEAD_PX = 600;

export interface IVersionListProps {
  readonly rows: readonly Row[];
  readonly active: IVersion | null;
  readonly chosen: readonly IVersion[];
  readonly hasMore: boolean;
  readonly now: Date;
  readonly trans: TranslationBundle;
  readonly actions: IVersionActions;
  readonly onNeedMore: () => void;
}

/** The rows of a history, of which only those near what is seen are drawn. */
export function VersionList(props: IVersionListProps): JSX.Element {
  const { rows, active, hasMore, trans, actions, onNeedMore } = props;
  const box = React.useRef<HTMLDivElement>(null);
  const [view, setView] = React.useState({ top: 0, height: 800 });
  const offsets = React.useMemo(() => offsetsOf(rows), [rows]);
  const total = offsets[rows.length];

  const look = React.useCallback(() => {
    const node = box.current;
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
    if (hasMore && view.height > 0 && total - bottom < AHEAD_PX) {
      onNeedMore();
    }
  }, [hasMore, total, view, onNeedMore]);

  const versions = rows.filter(
    (row): row is IVersionRow => row.type === 'version'
  );
  const activeId = active ? identityOf(active) : '';
  const activeRow = versions.find(row => row.key === activeId);

  const activate = (row: IVersionRow | undefined) => {
    if (row) {
      actions.activate(row.version);
      const index = rows.indexOf(row);
      // The heading comes into sight with the first version of its day.
      const from = rows[index - 1]?.type === 'day' ? index - 1 : index;
      reveal(box.current!, offsets[from], offsets[index + 1]);
    }
  };

  const onKeyDown = (event: React.KeyboardEvent) => {
    const index = activeRow ? versions.indexOf(activeRow) : -1;
    const page = Math.max(1, Math.floor(view.height / ROW_HEIGHT.version) - 1);
    const last = versions.length - 1;
    const moves: { [key: string]: number } = {
      ArrowDown: Math.min(index + 1, last),
      ArrowUp: Math.max(index - 1, 0),
      PageDown: Math.min(index + page, last),
      PageUp: Math.max(index - page, 0),
      Home: 0,
      End: last
    };
    if (event.key in moves) {
      activate(versions[moves[event.key]]);
    } else if (event.key === 'Enter' && activeRow) {
      actions.open(activeRow.version);
    } else if (event.key === ' ' && activeRow) {
      actions.choose(activeRow.version);
    } else if (isMenuKey(event) && activeRow) {
      const { left, bottom } = document
        .getElementById(idOf(activeRow))!
        .getBoundingClientRect();
      actions.menu(activeRow.version, left + 32, bottom - 8);
    } else {
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
  const setSize = hasMore ? -1 : versions.length;
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
          actions.activate(versions[0]?.version ?? null);
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
            {row.type === 'day' ? (
              <div className="bs-VersionList-day" role="presentation">
                {row.name}
              </div>
            ) : (
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
    </div>
  );
}

function isMenuKey(event: React.KeyboardEvent): boolean {
  return event.key === 'ContextMenu' || (event.shiftKey && event.key === 'F10');
}

function idOf(row: IVersionRow): string {
  return `bs-version-${row.key}`;
}

function reveal(box: HTMLElement, top: number, bottom: number): void {
  if (top < box.scrollTop) {
    box.scrollTop = top;
  } else if (bottom > box.scrollTop + box.clientHeight) {
    box.scrollTop = bottom - box.clientHeight;
  }
}
