import { ISignal, Signal } from '@lumino/signaling';

/** A part of a list, and where the next part begins. */
export interface IPage<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

/** A list that is read page by page. */
export class Pages<T> {
  constructor(private readonly _read: (cursor: string) => Promise<IPage<T>>) {}

  /** Anything below has changed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get items(): readonly T[] {
    return this._items;
  }

  get hasMore(): boolean {
    return this._next !== null;
  }

  get isLoading(): boolean {
    return this._isLoading;
  }

  /** Has anything been read? */
  get isLoaded(): boolean {
    return this._isLoaded;
  }

  /** Why the last reading failed; null when it did not. */
  get error(): unknown {
    return this._error;
  }

  /** Read the first page again. */
  reload(): Promise<void> {
    return this._load('', []);
  }

  /** Read one more page. */
  async more(): Promise<void> {
    if (this._next !== null && !this._isLoading) {
      await this._load(this._next, this._items);
    }
  }

  /** Take an item out that is gone. */
  remove(item: T): void {
    this._items = this._items.filter(other => other !== item);
    this._changed.emit();
  }

  /** Say an item anew. */
  replace(isIt: (item: T) => boolean, anew: (item: T) => T): void {
    this._items = this._items.map(item => (isIt(item) ? anew(item) : item));
    this._changed.emit();
  }

  /** Forget what was read; an answer that is still to come counts for nothing. */
  clear(): void {
    this._reading += 1;
    this._items = [];
    this._next = null;
    this._isLoaded = false;
    this._isLoading = false;
    this._error = null;
    this._changed.emit();
  }

  private async _load(cursor: string, before: readonly T[]): Promise<void> {
    const reading = ++this._reading;
    this._isLoading = true;
    this._changed.emit();
    try {
      const page = await this._read(cursor);
      if (reading === this._reading) {
        this._items = [...before, ...page.items];
        this._next = page.next;
        this._error = null;
        this._isLoaded = true;
      }
    } catch (error) {
      if (reading === this._reading) {
        this._error = error;
      }
    }
    if (reading === this._reading) {
      this._isLoading = false;
      this._changed.emit();
    }
  }

  private readonly _changed = new Signal<this, void>(this);
  private _items: readonly T[] = [];
  private _next: string | null = null;
  private _isLoading = false;
  private _isLoaded = false;
  private _error: unknown = null;
  /** Counts readings, so that a late answer does not replace a newer one. */
  private _reading = 0;
}
