import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { IPublished } from '../server/answers';
import type { BookstoreAPI } from '../server/api';
import { kindIcon, linkIcon } from '../ui/icons';
import { IRow, NotebookList } from '../ui/lists/list';
import type { IPage } from '../ui/lists/pages';
import { ListWidget } from '../ui/lists/widget';
import type { OneLarge } from '../ui/place';
import { formatSize } from '../ui/sizes';
import { Time } from '../ui/times';

/** What the list asks of whoever publishes. */
export interface IPublishedActions {
  readonly api: BookstoreAPI;
  showLink(path: string, url: string): Promise<void>;
  /** Returns whether it was taken back. */
  unpublish(path: string): Promise<boolean>;
}

/** The notebooks that are published, with their links. */
export class PublishedNotebooks extends ListWidget<IPublished> {
  constructor(
    private readonly _actions: IPublishedActions,
    private readonly _place: OneLarge,
    private readonly _trans: TranslationBundle
  ) {
    super(
      'bookstore-published',
      _trans.__('Published Notebooks'),
      kindIcon('publish')
    );
  }

  protected override render(): JSX.Element {
    return (
      <NotebookList
        pages={this.pages}
        rowOf={item => this._rowOf(item)}
        empty={this._trans.__('No notebook is published.')}
        trans={this._trans}
      />
    );
  }

  protected override async read(cursor: string): Promise<IPage<IPublished>> {
    const { published, next } = await this._actions.api.published(cursor);
    return { items: published, next };
  }

  private _rowOf(item: IPublished): IRow {
    const trans = this._trans;
    return {
      key: item.path,
      path: item.path,
      facts: [
        <Time iso={item.modified_at} trans={trans} />,
        formatSize(item.size_bytes),
        item.publisher
      ],
      actions: [
        {
          label: trans.__('Show Link'),
          icon: linkIcon,
          run: async () => {
            await this._place.leaveDialog();
            await this._actions.showLink(item.path, item.url);
          }
        },
        {
          label: trans.__('Unpublish'),
          icon: kindIcon('delete'),
          run: async () => {
            await this._place.leaveDialog();
            if (await this._actions.unpublish(item.path)) {
              this.pages.remove(item);
            }
          }
        }
      ]
    };
  }
}
