import type { CodeEditor } from '@jupyterlab/codeeditor';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { ITranslator, TranslationBundle } from '@jupyterlab/translation';
import { Panel, Widget } from '@lumino/widgets';
import { CellDiffModel, NotebookDiffModel } from 'nbdime/lib/diff/model';
import { CellDiffWidget, MetadataDiffWidget } from 'nbdime/lib/diff/widget';
import 'nbdime/lib/common/collapsible.css';
import 'nbdime/lib/upstreaming/flexpanel.css';
import 'nbdime/lib/styles/variables.css';
import 'nbdime/lib/styles/common.css';
import 'nbdime/lib/styles/diff.css';
import type { IDiff } from '../api';

/** A cell of the compared version, and where it belongs. */
export interface ICellPlace {
  /** Its index in the version. */
  readonly base: number;
  /** The index of the cell it was compared with; of the one that follows where it is missing. */
  readonly remote: number;
  readonly isMissing: boolean;
}

export interface IBringBack {
  isPossible(): boolean;
  bringBack(place: ICellPlace): void;
}

export interface IDiffViewOptions {
  readonly diff: IDiff;
  readonly baseName: string;
  readonly remoteName: string;
  /** Null where there is no open notebook to bring cells back into. */
  readonly bringBack: IBringBack | null;
  readonly rendermime: IRenderMimeRegistry;
  readonly editorFactory: CodeEditor.Factory;
  readonly translator: ITranslator;
}

interface IPlacedCell {
  readonly model: CellDiffModel;
  readonly place: ICellPlace;
}

/** Cells drawn between two frames, so that a long comparison does not freeze the page. */
const CELLS_A_FRAME = 4;

/** Two notebooks side by side; runs of cells that are the same are folded. */
export class DiffView extends Panel {
  constructor(private readonly _options: IDiffViewOptions) {
    super();
    this.addClass('bs-Diff');
    this.addClass('nbdime-root');
    this._trans = _options.translator.load('bookstore');
    const { base, diff } = _options.diff;
    this._model = new NotebookDiffModel(base, diff);
    this._notebook.addClass('jp-Notebook-diff');
    this.addWidget(this._columnNames());
    this.addWidget(this._notebook);
    void this._draw();
  }

  private async _draw(): Promise<void> {
    const { metadata } = this._model;
    const { editorFactory, translator } = this._options;
    if (metadata) {
      const model = metadata;
      this._notebook.addWidget(
        new MetadataDiffWidget({ model, editorFactory, translator })
      );
    }
    let drawn = 0;
    for (const group of groupsOf(this._model.cells)) {
      if (this.isDisposed) {
        return;
      }
      this._notebook.addWidget(
        group[0].model.unchanged
          ? this._foldedRun(group)
          : this._changedCell(group[0])
      );
      drawn += 1;
      if (drawn % CELLS_A_FRAME === 0) {
        await new Promise(requestAnimationFrame);
      }
    }
  }

  private _columnNames(): Widget {
    const node = document.createElement('div');
    for (const name of [this._options.baseName, this._options.remoteName]) {
      const column = document.createElement('div');
      column.textContent = name;
      node.append(column);
    }
    const widget = new Widget({ node });
    widget.addClass('bs-Diff-columns');
    return widget;
  }

  private _changedCell({ model, place }: IPlacedCell): Widget {
    const panel = new Panel();
    panel.addClass('bs-Diff-cell');
    if (model.added) {
      panel.addClass('bs-mod-added');
    } else if (model.deleted) {
      panel.addClass('bs-mod-removed');
    }
    panel.addWidget(this._cellHeader(model, place));
    panel.addWidget(this._cell(model));
    return panel;
  }

  private _cellHeader(model: CellDiffModel, place: ICellPlace): Widget {
    const node = document.createElement('div');
    const text = document.createElement('span');
    text.textContent = changeName(model, this._trans);
    node.append(text);
    const { bringBack } = this._options;
    if (bringBack && !model.added) {
      node.append(bringBackButton(bringBack, place, this._trans));
    }
    const widget = new Widget({ node });
    widget.addClass('bs-Diff-cellHeader');
    return widget;
  }

  /** A bar in place of cells that are the same; they are drawn when it is clicked. */
  private _foldedRun(run: readonly IPlacedCell[]): Widget {
    const panel = new Panel();
    const bar = document.createElement('button');
    bar.type = 'button';
    bar.className = 'bs-Diff-fold';
    bar.setAttribute('aria-expanded', 'false');
    bar.textContent = this._trans._n(
      '%1 unchanged cell',
      '%1 unchanged cells',
      run.length
    );
    panel.addWidget(new Widget({ node: bar }));
    const cells = new Panel();
    cells.hide();
    panel.addWidget(cells);
    bar.addEventListener('click', () => {
      if (cells.widgets.length === 0) {
        run.forEach(({ model }) => cells.addWidget(this._cell(model)));
      }
      cells.setHidden(cells.isVisible);
      bar.setAttribute('aria-expanded', String(!cells.isHidden));
    });
    return panel;
  }

  private _cell(model: CellDiffModel): Widget {
    const { rendermime, editorFactory, translator } = this._options;
    const { mimetype } = this._model;
    return new CellDiffWidget({
      model,
      rendermime,
      mimetype,
      editorFactory,
      translator
    });
  }

  private readonly _trans: TranslationBundle;
  private readonly _model: NotebookDiffModel;
  private readonly _notebook = new Panel();
}

/** The cells with their places: runs of unchanged ones together, every other alone. */
function groupsOf(models: readonly CellDiffModel[]): IPlacedCell[][] {
  const groups: IPlacedCell[][] = [];
  let base = 0;
  let remote = 0;
  let run: IPlacedCell[] | null = null;
  for (const model of models) {
    const place = { base, remote, isMissing: model.deleted };
    base += model.added ? 0 : 1;
    remote += model.deleted ? 0 : 1;
    if (model.unchanged && run) {
      run.push({ model, place });
    } else {
      const group = [{ model, place }];
      groups.push(group);
      run = model.unchanged ? group : null;
    }
  }
  return groups;
}

/** What happened to a cell: "Cell added", or the parts of it that changed. */
function changeName(model: CellDiffModel, trans: TranslationBundle): string {
  if (model.added) {
    return trans.__('Cell added');
  }
  if (model.deleted) {
    return trans.__('Cell removed');
  }
  const outputs = model.outputs?.some(output => !output.unchanged) ?? false;
  const parts = [
    !model.source.unchanged && trans.__('source'),
    outputs && trans.__('outputs'),
    !model.metadata.unchanged && trans.__('metadata'),
    model.executionCount?.unchanged === false && trans.__('execution count')
  ].filter(part => part !== false);
  return parts.length > 0
    ? trans.__('Changed: %1', parts.join(', '))
    : trans.__('Cell changed');
}

function bringBackButton(
  bringBack: IBringBack,
  place: ICellPlace,
  trans: TranslationBundle
): HTMLButtonElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = trans.__('Bring back this cell');
  button.title = place.isMissing
    ? trans.__('Insert this cell into the open notebook')
    : trans.__(
        'Give the cell in the open notebook its content of this version'
      );
  button.addEventListener('click', () => {
    if (!bringBack.isPossible()) {
      button.textContent = trans.__('The notebook was closed');
    } else {
      bringBack.bringBack(place);
      button.textContent = trans.__('Brought back');
    }
    button.disabled = true;
  });
  return button;
}
