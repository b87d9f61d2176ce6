import { ISignal, Signal } from '@lumino/signaling';
import type {
  ICellChange,
  ISearchResult,
  IVersion,
  IWanted
} from '../server/answers';
import type { BookstoreAPI } from '../server/api';

/** Whoever types is not interrupted. */
const SETTLE_MS = 350;
/** What was not looked at yet is looked at in the background. */
const ASK_AGAIN_MS = 1500;

/** A cell of the open notebook. */
export interface ICell {
  readonly id: string;
  /** What it says now. */
  readonly source: string;
}

const NOTHING: IWanted = { text: '', author: '', kind: '' };

/** A text that is nothing but spaces is none; another is looked for as it is. */
function trimmed({ text, author, kind }: IWanted): IWanted {
  return { text: text.trim() ? text : '', author: author.trim(), kind };
}

/** The versions that changed a cell, each with what it did to that one alone. */
function told(changes: readonly ICellChange[]): ISearchResult {
  const versions = changes.map(({ what, source, version }) => ({
    ...version,
    changed: {
      cells_added: Number(what === 'added'),
      cells_removed: Number(what === 'removed'),
      cells_changed: Number(what === 'source'),
      outputs_changed: Number(what === 'outputs'),
      cells_moved: 0,
      metadata_changed: false,
      excerpt: firstLine(source),
      cells: []
    }
  }));
  return { found: [], versions, is_complete: true };
}

/** The first line that says something. */
export function firstLine(source: string): string {
  return source.trim().split('\n', 1)[0].trim();
}

/** A search in the history of one notebook, or in those of all. */
export class Search {
  constructor(private readonly _api: BookstoreAPI) {}

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** What is looked for; empty while nothing is. */
  get wanted(): IWanted {
    return this._wanted;
  }

  /** The cell whose past is told; null while a text is looked for. */
  get cell(): ICell | null {
    return this._cell;
  }

  /** Is there anything to be found? */
  get isOn(): boolean {
    return this._cell !== null || this.isAsked;
  }

  /** Is anything looked for? */
  get isAsked(): boolean {
    return Object.values(this._wanted).some(text => text.trim() !== '');
  }

  /** Are all notebooks searched? */
  get isEverywhere(): boolean {
    return this._isEverywhere;
  }

  /** Null while there is no answer yet. */
  get result(): ISearchResult | null {
    return this._result;
  }

  get error(): unknown {
    return this._error;
  }

  get versions(): readonly IVersion[] {
    return this._result?.versions ?? [];
  }

  /** Search another notebook from now on. */
  setPath(path: string): void {
    if (path !== this._path) {
      this._path = path;
      this._isEverywhere = false;
      this._cell = null;
      this._ask(0);
    }
  }

  /** Tell the past of one cell, or with null of none. */
  setCell(cell: ICell | null): void {
    this._cell = cell;
    this._wanted = NOTHING;
    this._ask(0);
  }

  /** Look for something else as well, or with an empty text for it no longer. */
  setWanted(wanted: Partial<IWanted>): void {
    this._wanted = { ...this._wanted, ...wanted };
    this._cell = null;
    this._ask('kind' in wanted ? 0 : SETTLE_MS);
  }

  setEverywhere(isEverywhere: boolean): void {
    this._isEverywhere = isEverywhere;
    this._ask(0);
  }

  private _ask(afterMs: number): void {
    window.clearTimeout(this._timer);
    this._asked += 1;
    this._result = null;
    this._error = null;
    this._changed.emit();
    if (this.isOn) {
      this._timer = window.setTimeout(() => void this._read(), afterMs);
    }
  }

  private async _read(): Promise<void> {
    const asked = this._asked;
    const path = this._isEverywhere ? '' : this._path;
    try {
      const result = this._cell
        ? told(await this._api.cellHistory(this._path, this._cell.id))
        : await this._api.search(trimmed(this._wanted), path);
      if (asked === this._asked) {
        this._result = result;
        if (!result.is_complete) {
          this._timer = window.setTimeout(
            () => void this._read(),
            ASK_AGAIN_MS
          );
        }
      }
    } catch (error) {
      if (asked === this._asked) {
        this._error = error;
      }
    }
    this._changed.emit();
  }

  private readonly _changed = new Signal<this, void>(this);
  private _path = '';
  private _wanted = NOTHING;
  private _cell: ICell | null = null;
  private _isEverywhere = false;
  private _result: ISearchResult | null = null;
  private _error: unknown = null;
  /** Goes up with every question: only the last one is answered. */
  private _asked = 0;
  private _timer = 0;
}
