import { ISignal, Signal } from '@lumino/signaling';
import type { ISearchResult, IVersion } from '../server/answers';
import type { BookstoreAPI } from '../server/api';

/** Whoever types is not interrupted. */
const SETTLE_MS = 350;
/** What was not looked at yet is looked at in the background. */
const ASK_AGAIN_MS = 1500;

/** A search in the history of one notebook, or in those of all. */
export class Search {
  constructor(private readonly _api: BookstoreAPI) {}

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** What is looked for; empty while nothing is. */
  get text(): string {
    return this._text;
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
      this._ask(0);
    }
  }

  setText(text: string): void {
    this._text = text;
    this._ask(SETTLE_MS);
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
    if (this._text.trim()) {
      this._timer = window.setTimeout(() => void this._read(), afterMs);
    }
  }

  private async _read(): Promise<void> {
    const asked = this._asked;
    const path = this._isEverywhere ? '' : this._path;
    try {
      const result = await this._api.search(this._text, path);
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
  private _text = '';
  private _isEverywhere = false;
  private _result: ISearchResult | null = null;
  private _error: unknown = null;
  /** Goes up with every question: only the last one is answered. */
  private _asked = 0;
  private _timer = 0;
}
