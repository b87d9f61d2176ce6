import { ISignal, Signal } from '@lumino/signaling';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { IBlamedCell } from '../server/answers';
import type { BookstoreAPI } from '../server/api';
import { textsOf } from '../server/errors';
import { exactTime } from '../ui/times';
import { firstLine, ICell } from './search';

/** Who last changed each cell of a notebook, and when. */
export class Blame {
  constructor(private readonly _api: BookstoreAPI) {}

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Is it shown? */
  get isOn(): boolean {
    return this._isOn;
  }

  /** Null while there is no answer yet. */
  get cells(): readonly IBlamedCell[] | null {
    return this._cells;
  }

  get error(): unknown {
    return this._error;
  }

  setPath(path: string): void {
    if (path !== this._path) {
      this._path = path;
      this.set(false);
    }
  }

  /** Show it, or show it no longer. */
  set(isOn: boolean): void {
    this._isOn = isOn;
    this._cells = null;
    this._error = null;
    this._changed.emit();
    if (isOn) {
      void this.read();
    }
  }

  async read(): Promise<void> {
    const asked = ++this._asked;
    let cells: readonly IBlamedCell[] | null = null;
    let error: unknown = null;
    try {
      cells = await this._api.blame(this._path);
    } catch (reason) {
      error = reason;
    }
    if (asked === this._asked) {
      this._cells = cells;
      this._error = error;
      this._changed.emit();
    }
  }

  private readonly _changed = new Signal<this, void>(this);
  private _path = '';
  private _isOn = false;
  private _cells: readonly IBlamedCell[] | null = null;
  private _error: unknown = null;
  /** Goes up with every question: only the last one is answered. */
  private _asked = 0;
}

/** Says what is listed, and leads back to the versions. */
export function BlameHeading(props: {
  readonly blame: Blame;
  readonly trans: TranslationBundle;
}): JSX.Element {
  const { blame, trans } = props;
  return (
    <div className="bs-History-part">
      <span>{trans.__('Who last changed each cell')}</span>
      <button
        type="button"
        className="bs-History-back"
        onClick={() => blame.set(false)}
      >
        {trans.__('All versions')}
      </button>
    </div>
  );
}

/** The cells of the newest version; one that is chosen tells its past. */
export function BlamedCells(props: {
  readonly blame: Blame;
  readonly trans: TranslationBundle;
  readonly onChoose: (cell: ICell) => void;
}): JSX.Element {
  const { blame, trans, onChoose } = props;
  const { cells, error } = blame;
  if (cells === null) {
    return (
      <div className="bs-History-found" role="status">
        {error === null
          ? trans.__('Looking at versions…')
          : textsOf(error, trans).message}
      </div>
    );
  }
  const now = new Date();
  return (
    <ul
      className="bs-History-notebooks"
      aria-label={trans.__('Who last changed each cell')}
    >
      {cells.map(({ id, index, source, version }) => (
        <li key={index}>
          <button
            type="button"
            title={
              id === ''
                ? trans.__('This cell has no ID, by which its past is known.')
                : trans.__('Show the history of this cell')
            }
            disabled={id === ''}
            onClick={() => onChoose({ id, source })}
          >
            <code className="bs-History-excerpt">
              {firstLine(source) || trans.__('an empty cell')}
            </code>
            <span>
              {[
                exactTime(new Date(version.saved_at), now, trans),
                version.author,
                version.label
              ]
                .filter(text => text)
                .join(' · ')}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
