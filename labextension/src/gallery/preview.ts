import type { TranslationBundle } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';
import { textsOf } from '../server/errors';
import type { GalleryAPI, IPreview } from '../server/gallery';
import { element } from '../ui/elements';

/**
 * A notebook of the gallery to be read, some cells at a time.
 *
 * Whoever wrote it is not trusted: the gallery has made safe HTML of it, and the frame that shows it
 * has an origin of its own, runs no script and loads nothing.  A link opens in a tab.
 */
export class FramedPreview extends Widget {
  constructor(
    private readonly _api: GalleryAPI,
    private readonly _uuid: string,
    title: string,
    private readonly _trans: TranslationBundle
  ) {
    super();
    this.addClass('bs-Framed');
    this._frame = element('iframe', 'bs-Framed-frame');
    this._frame.setAttribute(
      'sandbox',
      'allow-popups allow-popups-to-escape-sandbox'
    );
    this._frame.title = title;
    this._bar = element('div', 'bs-Framed-bar');
    this._bar.setAttribute('role', 'status');
    this.node.append(this._frame, this._bar);
    this.ready = this._show(0);
  }

  /** When the first cells are there, or it was said why not. */
  readonly ready: Promise<void>;

  private async _show(cell: number): Promise<void> {
    this._bar.replaceChildren(this._trans.__('Loading…'));
    try {
      const scheme = isDark() ? 'dark' : 'light';
      const preview = await this._api.preview(this._uuid, scheme, cell);
      this._frame.srcdoc = preview.html;
      this._tell(preview);
    } catch (error) {
      const { message, hint } = textsOf(error, this._trans);
      const told = element('span', 'bs-Framed-problem', `${message} ${hint}`);
      const again = this._button(this._trans.__('Try again'), cell);
      this._bar.replaceChildren(told, again);
    }
  }

  private _tell({ start, stop, cells, notes }: IPreview): void {
    const trans = this._trans;
    const isAll = start === 0 && stop >= cells;
    const where = isAll
      ? trans._n('%1 cell', '%1 cells', cells)
      : trans.__('Cells %1 to %2 of %3', start + 1, stop, cells);
    const step = Math.max(stop - start, 20);
    this._bar.replaceChildren(
      element('span', '', [where, ...notes].join(' · ')),
      ...(start > 0
        ? [this._button(trans.__('Cells Before'), Math.max(0, start - step))]
        : []),
      ...(stop < cells ? [this._button(trans.__('More Cells'), stop)] : [])
    );
  }

  private _button(label: string, cell: number): HTMLButtonElement {
    const button = element('button', 'bs-Framed-button', label);
    button.type = 'button';
    button.addEventListener('click', () => void this._show(cell));
    return button;
  }

  private readonly _frame: HTMLIFrameElement;
  private readonly _bar: HTMLElement;
}

/** Has the front end a dark theme? */
function isDark(): boolean {
  return document.body.dataset.jpThemeLight === 'false';
}
