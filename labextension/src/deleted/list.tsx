import type { TranslationBundle } from '@jupyterlab/translation';
import { Debouncer } from '@lumino/polling';
import * as React from 'react';
import type { IDeleted } from '../server/answers';
import type { BookstoreAPI } from '../server/api';
import type { IArchiveEvents } from '../server/events';
import { kindIcon, previewIcon, restoreIcon } from '../ui/icons';
import { IRow, NotebookList } from '../ui/lists/list';
import type { IPage } from '../ui/lists/pages';
import { ListWidget } from '../ui/lists/widget';
import { formatSize } from '../ui/sizes';
import { Time } from '../ui/times';

const PAGE = 50;
/** A folder that was moved fills pages with what is hidden: so many are read in one go. */
const MOST_PAGES = 20;
const GATHER_MS = 500;
/** Whoever types is not interrupted. */
const SETTLE_MS = 300;

/** What the list asks for. */
export interface IDeletedActions {
  readonly api: BookstoreAPI;
  /** Is there a preview? */
  readonly canPreview: boolean;
  preview(item: IDeleted): Promise<void>;
  /** Returns whether it came back. */
  restore(item: IDeleted): Promise<boolean>;
}

/** The notebooks that were deleted, to be looked at and brought back. */
export class DeletedNotebooks extends ListWidget<IDeleted> {
  constructor(
    private readonly _actions: IDeletedActions,
    private readonly _events: IArchiveEvents | null,
    private readonly _trans: TranslationBundle
  ) {
    super(
      'bookstore-deleted',
      _trans.__('Deleted Notebooks'),
      kindIcon('delete')
    );
    this._debouncer = new Debouncer(() => this.pages.reload(), GATHER_MS);
    this._typed = new Debouncer(() => this.pages.reload(), SETTLE_MS);
    _events?.happened.connect(this._onEvent, this);
  }

  override dispose(): void {
    this._events?.happened.disconnect(this._onEvent, this);
    this._debouncer.dispose();
    this._typed.dispose();
    super.dispose();
  }

  protected override render(): JSX.Element {
    const trans = this._trans;
    return (
      <NotebookList
        pages={this.pages}
        rowOf={item => this._rowOf(item)}
        empty={
          this._text
            ? trans.__('No deleted notebook has this in its path.')
            : trans.__('No notebook was deleted.')
        }
        trans={trans}
      >
        <input
          type="search"
          className="jp-mod-styled bs-List-search"
          placeholder={trans.__('Search by path')}
          aria-label={trans.__('Search by path')}
          onChange={event => this._setText(event.currentTarget.value)}
        />
        <label className="bs-List-choice">
          <input
            type="checkbox"
            onChange={event => this._setShowMoved(event.currentTarget.checked)}
          />
          {trans.__('Show moved notebooks')}
        </label>
      </NotebookList>
    );
  }

  private _setShowMoved(showMoved: boolean): void {
    this._showMoved = showMoved;
    void this.pages.reload();
  }

  private _setText(text: string): void {
    this._text = text.trim();
    this.update(); // what is said of an empty list
    void this._typed.invoke().catch(() => undefined);
  }

  /** Read on until there is something to show. */
  protected override async read(cursor: string): Promise<IPage<IDeleted>> {
    let next: string | null = cursor;
    const items: IDeleted[] = [];
    for (let page = 0; page < MOST_PAGES && next !== null; page++) {
      const answer = await this._actions.api.deleted(PAGE, next, this._text);
      next = answer.next;
      items.push(...answer.deleted.filter(item => this._isShown(item)));
      if (items.length > 0) {
        break;
      }
    }
    return { items, next };
  }

  private _isShown(item: IDeleted): boolean {
    return this._showMoved || item.moved_to === null;
  }

  private _rowOf(item: IDeleted): IRow {
    const trans = this._trans;
    const actions = [
      {
        label: trans.__('Preview'),
        icon: previewIcon,
        run: () => this._actions.preview(item)
      },
      {
        label: trans.__('Restore'),
        icon: restoreIcon,
        run: async () => {
          if (await this._actions.restore(item)) {
            this.pages.remove(item);
          }
        }
      }
    ];
    return {
      key: `${item.path} ${item.version_id}`,
      path: item.path,
      facts: [
        <What item={item} trans={trans} />,
        formatSize(item.size_bytes),
        item.author
      ],
      actions: this._actions.canPreview ? actions : actions.slice(1)
    };
  }

  private _onEvent(): void {
    if (this.isVisible) {
      void this._debouncer.invoke().catch(() => undefined);
    }
  }

  private readonly _debouncer: Debouncer;
  private readonly _typed: Debouncer;
  private _text = '';
  private _showMoved = false;
}

/** "deleted 3 min ago", "moved to b.ipynb 3 min ago". */
function What(props: {
  item: IDeleted;
  trans: TranslationBundle;
}): JSX.Element {
  const { item, trans } = props;
  return (
    <>
      {item.moved_to === null
        ? trans.__('deleted')
        : trans.__('moved → %1', item.moved_to)}{' '}
      <Time iso={item.deleted_at} trans={trans} />
    </>
  );
}
