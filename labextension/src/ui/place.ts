import type { ILabShell, JupyterFrontEnd } from '@jupyterlab/application';
import { Dialog, MainAreaWidget } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { TabPanel, Widget } from '@lumino/widgets';

/**
 * A large widget, open at most once, where the front end has room for it.
 *
 * JupyterLab: a tab of its main area.  Notebook 7's tree page: a tab beside Files.  Its document
 * pages, which have room for the document only: a dialog.
 */
export class OneLarge {
  constructor(
    private readonly _app: JupyterFrontEnd,
    private readonly _labShell: ILabShell | null,
    private readonly _trans: TranslationBundle
  ) {}

  /** Bring it to the front; *make* it when it is not there. */
  open(make: () => Widget): void {
    if (!this._widget || this._widget.isDisposed) {
      this._widget = this._add(make());
    }
    const tabs = tabsOf(this._app);
    if (this._labShell) {
      this._app.shell.activateById(this._widget.id);
    } else if (tabs) {
      tabs.currentWidget = this._widget;
    }
  }

  /** Close it where it is a dialog: another dialog would wait until it is closed. */
  async leaveDialog(): Promise<void> {
    this._dialog?.reject();
    await this._dialogClosed;
  }

  private _add(content: Widget): Widget {
    if (this._labShell) {
      const widget = new MainAreaWidget({ content });
      widget.id = content.id;
      content.id = `${widget.id}-content`; // a page has each ID once
      copyTitle(content, widget);
      widget.toolbar.hide();
      this._app.shell.add(widget, 'main');
      return widget;
    }
    const tabs = tabsOf(this._app);
    if (tabs) {
      content.title.closable = true;
      tabs.addWidget(content);
    } else {
      this._openInDialog(content);
    }
    return content;
  }

  private _openInDialog(body: Widget): void {
    const dialog = new Dialog({
      title: body.title.label,
      body,
      hasClose: true,
      buttons: [Dialog.okButton({ label: this._trans.__('Close') })]
    });
    dialog.addClass('bs-LargeDialog');
    this._dialog = dialog;
    this._dialogClosed = dialog.launch().then(() => {
      this._dialog = null;
    });
  }

  private _widget: Widget | null = null;
  private _dialog: Dialog<unknown> | null = null;
  private _dialogClosed: Promise<void> = Promise.resolve();
}

function tabsOf(app: JupyterFrontEnd): TabPanel | null {
  for (const widget of app.shell.widgets('main')) {
    if (widget instanceof TabPanel) {
      return widget;
    }
  }
  return null;
}

function copyTitle(from: Widget, to: Widget): void {
  to.title.label = from.title.label;
  to.title.icon = from.title.icon;
  to.title.caption = from.title.caption;
  to.title.closable = true;
}
