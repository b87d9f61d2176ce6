import { LabIcon, ReactWidget } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import { IPage, Pages } from './pages';

/** A widget with a list, which is read anew whenever it is shown, and gone when it is closed. */
export abstract class ListWidget<T> extends ReactWidget {
  constructor(id: string, label: string, icon: LabIcon) {
    super();
    this.id = id;
    this.addClass('bs-List');
    this.title.label = label;
    this.title.icon = icon;
  }

  protected override onAfterAttach(msg: Message): void {
    super.onAfterAttach(msg);
    if (this.isVisible) {
      void this.pages.reload();
    }
  }

  protected override onAfterShow(msg: Message): void {
    super.onAfterShow(msg);
    void this.pages.reload();
  }

  protected override onCloseRequest(msg: Message): void {
    super.onCloseRequest(msg);
    this.dispose();
  }

  /** Read a part of the list. */
  protected abstract read(cursor: string): Promise<IPage<T>>;

  protected readonly pages = new Pages<T>(cursor => this.read(cursor));
}
