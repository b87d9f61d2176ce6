import type { IEditorMimeTypeService } from '@jupyterlab/codeeditor';
import type { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import type { INotebookContent } from '@jupyterlab/nbformat';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Panel, Widget } from '@lumino/widgets';
import type { IDiff } from '../server/answers';
import { element } from '../ui/elements';
import { foldingLongOutputs } from '../ui/folding';
import { drawChange, drawParts, isMarkdown } from './cell';
import { Reading } from './reading';
import { DiffTools } from './tools';
import { failure, foldedAway, guarded, IDrawing, panel } from './drawing';
import { nameOf } from './fields';
import {
  Cell,
  CellChange,
  CellRun,
  comparisonOf,
  ICellPlace,
  IPart,
  isCount,
  isObject,
  isOfOutputsOnly,
  runsOf,
  textOf
} from './model';

export type { ICellPlace } from './model';

export interface IBringBack {
  isPossible(): boolean;
  /** Say if it is back. */
  bringBack(place: ICellPlace): Promise<boolean>;
}

export interface IDiffViewOptions {
  readonly diff: Pick<IDiff, 'base' | 'diff'>;
  readonly baseName: string;
  readonly remoteName: string;
  /** Null where there is no open notebook to bring cells back into. */
  readonly bringBack: IBringBack | null;
  readonly rendermime: IRenderMimeRegistry;
  readonly languages: IEditorLanguageRegistry | null;
  readonly mimeTypes: IEditorMimeTypeService;
  readonly trans: TranslationBundle;
}

/** Frames drawn between two of the page's, so that a long comparison does not freeze it. */
const FRAMES_AT_ONCE = 50;

/** Two notebooks side by side; runs of cells that are the same are folded. */
export class DiffView extends Panel {
  constructor(private readonly _options: IDiffViewOptions) {
    super();
    this.addClass('bs-Diff');
    const { diff, rendermime, languages, mimeTypes, trans } = _options;
    this._drawing = {
      rendermime: foldingLongOutputs(rendermime, trans),
      languages,
      codeMimeType: codeMimeTypeOf(diff.base, mimeTypes),
      trans,
      reading: new Reading(),
      await: work => void this._awaiting(work)
    };
    this._tools = new DiffTools(this.node, this._drawing.reading, trans);
    this.addWidget(panel('bs-Diff-head', this._tools, this._columnNames()));
    this.node.tabIndex = 0;
    this._observer = new IntersectionObserver(
      entries =>
        entries
          .filter(({ isIntersecting }) => isIntersecting)
          .forEach(({ target }) => this._fill(target)),
      { root: this.node, rootMargin: '800px 0px' }
    );
    void this._awaiting(this._draw().catch(error => this._tell(error)));
  }

  override dispose(): void {
    this._observer.disconnect();
    super.dispose();
  }

  private async _draw(): Promise<void> {
    const { parts, cells } = comparisonOf(this._options.diff);
    if (parts.length > 0) {
      this.addWidget(this._notebookParts(parts));
    }
    if (cells.some(isReadable)) {
      this._tools.offerReading();
    }
    let drawn = 0;
    for (const run of runsOf(cells)) {
      if (this.isDisposed) {
        return;
      }
      this.addWidget(this._run(run));
      drawn += 1;
      if (drawn % FRAMES_AT_ONCE === 0) {
        await new Promise(requestAnimationFrame);
      }
    }
    this._tools.count();
  }

  /** A comparison that ends half-way is not to be taken for a whole one. */
  private _tell(error: unknown): void {
    console.warn('A comparison cannot be drawn', error);
    if (!this.isDisposed) {
      const { diff, trans } = this._options;
      this.addWidget(failure(diff.diff, error, trans));
    }
  }

  /** What changed beside the cells, folded: it is often the kernel's doing. */
  private _notebookParts(parts: readonly IPart[]): Widget {
    const { trans } = this._drawing;
    const names = parts.map(({ key }) => nameOf(key, trans));
    const drawn = foldedAway(
      trans.__('Changed in the notebook: %1', names.join(', ')),
      parts,
      () => drawParts(parts, {}, this._drawing),
      this._drawing
    );
    drawn.addClass('bs-Diff-notebook');
    return drawn;
  }

  private _columnNames(): Widget {
    const node = element('div', '');
    for (const name of [this._options.baseName, this._options.remoteName]) {
      node.append(element('div', '', name));
    }
    const widget = new Widget({ node });
    widget.addClass('bs-Diff-columns');
    return widget;
  }

  private _run({ kind, cells }: CellRun): Widget {
    const { trans } = this._drawing;
    const count = cells.length;
    const texts: { readonly [kind in CellRun['kind']]?: string } = {
      unchanged: trans._n('%1 unchanged cell', '%1 unchanged cells', count),
      renamed: trans._n(
        '%1 cell of which only the ID changed',
        '%1 cells of which only the ID changed',
        count
      ),
      rerun: trans._n(
        '%1 cell that was only run again',
        '%1 cells that were only run again',
        count
      )
    };
    const text = texts[kind];
    if (text !== undefined) {
      const run = foldedAway(
        text,
        cells,
        () => this._unfolded(cells),
        this._drawing
      );
      run.node.dataset.kind = kind;
      run.node.dataset.cells = String(count);
      return run;
    }
    return this._changedCell(cells[0]);
  }

  private _unfolded(cells: readonly CellChange[]): Widget {
    return panel('bs-Diff-run', ...cells.map(cell => this._later(cell)));
  }

  private _changedCell(change: CellChange): Widget {
    const drawn = panel(
      'bs-Diff-cell',
      this._cellHeader(change),
      this._later(change)
    );
    drawn.addClass(`bs-mod-${change.kind}`);
    drawn.toggleClass('bs-mod-outputsOnly', isOfOutputsOnly(change));
    drawn.node.dataset.kind = change.kind;
    return drawn;
  }

  /** A cell's place; the cell is drawn when it comes into view. */
  private _later(change: CellChange): Widget {
    const place = panel('bs-Diff-cellBody');
    place.node.setAttribute('aria-busy', 'true');
    this._undrawn.set(place.node, () =>
      place.addWidget(
        guarded(() => drawChange(change, this._drawing), change, this._drawing)
      )
    );
    this._observer.observe(place.node);
    return place;
  }

  private _fill(node: Element): void {
    this._observer.unobserve(node);
    this._undrawn.get(node)?.();
    this._undrawn.delete(node);
    node.removeAttribute('aria-busy');
  }

  private _cellHeader(change: CellChange): Widget {
    const { trans } = this._drawing;
    const node = element('div', '');
    node.append(element('span', '', changeName(change, trans)));
    const { bringBack } = this._options;
    if (bringBack && change.kind !== 'added') {
      node.append(bringBackButton(bringBack, change.place, trans));
    }
    const header = new Widget({ node });
    header.addClass('bs-Diff-cellHeader');
    return header;
  }

  private async _awaiting(work: Promise<unknown>): Promise<void> {
    this._awaited += 1;
    this.node.setAttribute('aria-busy', 'true');
    await work;
    this._awaited -= 1;
    this.node.setAttribute('aria-busy', String(this._awaited > 0));
  }

  private readonly _drawing: IDrawing;
  private readonly _tools: DiffTools;
  private readonly _observer: IntersectionObserver;
  private readonly _undrawn = new Map<Element, () => void>();
  private _awaited = 0;
}

/** Is it a change of a cell that may be shown as it reads? */
function isReadable(change: CellChange): boolean {
  return isMarkdown(change.kind === 'changed' ? change.after : change.cell);
}

/** The MIME type of a notebook's code, as far as its metadata tell. */
function codeMimeTypeOf(
  { metadata }: INotebookContent,
  mimeTypes: IEditorMimeTypeService
): string {
  const { language_info, kernelspec } = isObject(metadata) ? metadata : {};
  if (isObject(language_info) && typeof language_info.name === 'string') {
    return mimeTypes.getMimeTypeByLanguage(
      language_info as INotebookContent['metadata']['language_info'] & object
    );
  }
  const name = isObject(kernelspec) ? kernelspec.language : undefined;
  return typeof name === 'string'
    ? mimeTypes.getMimeTypeByLanguage({ name })
    : '';
}

/** What happened to a cell: "Cell added", or the parts of it that changed. */
function changeName(change: CellChange, trans: TranslationBundle): string {
  switch (change.kind) {
    case 'added':
      return withType(trans.__('Cell added'), change.cell);
    case 'removed':
      return withType(trans.__('Cell removed'), change.cell);
    case 'changed': {
      const names = change.parts
        .filter(part => !isCount(part))
        .map(({ key }) => nameOf(key, trans));
      return trans.__('Changed: %1', names.join(', '));
    }
    default:
      return trans.__('Unchanged cell');
  }
}

function withType(text: string, { cell_type }: Cell): string {
  const isKnown = ['code', 'markdown', 'raw'].includes(String(cell_type));
  return isKnown ? text : `${text} · ${textOf(cell_type)}`;
}

function bringBackButton(
  bringBack: IBringBack,
  place: ICellPlace,
  trans: TranslationBundle
): HTMLButtonElement {
  const name = trans.__('Bring back this cell');
  const button = element('button', '', name);
  button.type = 'button';
  button.title = place.isMissing
    ? trans.__('Insert this cell into the open notebook')
    : trans.__(
        'Give the cell in the open notebook its content of this version'
      );
  button.addEventListener('click', () => {
    if (button.getAttribute('aria-disabled') === 'true') {
      return;
    }
    if (!bringBack.isPossible()) {
      button.textContent = trans.__('The notebook was closed');
    } else {
      void bringBack.bringBack(place).then(isBack => {
        button.textContent = isBack ? trans.__('Brought back') : name;
        button.setAttribute('aria-disabled', String(isBack));
      });
    }
    // It keeps the focus, which a disabled button would lose, and with it the dialog's keys.
    button.setAttribute('aria-disabled', 'true');
  });
  return button;
}
