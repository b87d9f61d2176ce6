import { ISignal, Signal } from '@lumino/signaling';
import type { GalleryAPI, IListed, IShown, Shelf } from '../server/gallery';
import { Pages } from '../ui/lists/pages';

/** So long nobody has to type before suggestions are asked for. */
const PAUSE_MS = 200;

/** What the panel shows: the notebooks of a shelf that a search finds, one of them opened. */
export class GalleryModel {
  constructor(private readonly _api: GalleryAPI) {
    this.pages = new Pages<IListed>(async cursor => {
      const page = await _api.find(this._query, this._shelf, cursor);
      return { items: page.notebooks, next: page.next };
    });
    this.pages.changed.connect(() => this._changed.emit());
  }

  readonly pages: Pages<IListed>;

  /** Anything here, or in the pages, has changed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get shelf(): Shelf {
    return this._shelf;
  }

  /** What was looked for last. */
  get query(): string {
    return this._query;
  }

  /** What somebody who types may mean. */
  get suggestions(): readonly string[] {
    return this._suggestions;
  }

  /** The uuid of the notebook that is opened; empty for none. */
  get opened(): string {
    return this._opened;
  }

  /** What is known of the opened one; null until it is known. */
  get about(): IShown | null {
    return this._about;
  }

  /** Why nothing is known of it; null where nothing went wrong. */
  get aboutError(): unknown {
    return this._aboutError;
  }

  /** Show a shelf, and what is looked for on it. */
  async show(shelf: Shelf, query = this._query): Promise<void> {
    this._shelf = shelf;
    this._query = query.trim();
    this._suggestions = [];
    this._close();
    this.pages.clear();
    await this.pages.reload();
  }

  /** Look for something, on the shelf that is shown. */
  search(query: string): Promise<void> {
    return this.show(this._shelf, query);
  }

  /** Read the first page again; a notebook that is opened stays so. */
  async refresh(): Promise<void> {
    const reading = this.pages.reload();
    if (this._opened) {
      await this._read(this._opened);
    }
    await reading;
  }

  /** Ask what may be meant, when nothing was typed for a moment. */
  typed(text: string): void {
    window.clearTimeout(this._timer);
    const asked = ++this._asked;
    if (!text.trim()) {
      this._suggestions = [];
      this._changed.emit();
      return;
    }
    this._timer = window.setTimeout(() => {
      void this._suggest(text, asked);
    }, PAUSE_MS);
  }

  /** Open a notebook in the list, or close it. */
  async toggle(uuid: string): Promise<void> {
    if (this._opened === uuid) {
      this._close();
      this._changed.emit();
      return;
    }
    this._close();
    this._opened = uuid;
    this._changed.emit();
    await this._read(uuid);
  }

  /** Star the opened notebook, or take the star away. */
  async star(starred: boolean): Promise<void> {
    const uuid = this._opened;
    const told = await this._api.star(uuid, starred);
    if (this._about && this._opened === uuid) {
      this._about = { ...this._about, ...told };
    }
    const { stars } = told;
    this.pages.replace(
      item => item.uuid === uuid,
      item => ({ ...item, stars })
    );
  }

  private async _suggest(text: string, asked: number): Promise<void> {
    try {
      const { titles, tags } = await this._api.suggest(text);
      if (asked === this._asked) {
        this._suggestions = [...titles, ...tags.map(tag => `tag:${tag}`)];
        this._changed.emit();
      }
    } catch {
      // Whoever searches is told; who types is not disturbed.
    }
  }

  private async _read(uuid: string): Promise<void> {
    try {
      const about = await this._api.notebook(uuid);
      if (uuid === this._opened) {
        this._about = about;
        this._aboutError = null;
      }
    } catch (error) {
      if (uuid === this._opened) {
        this._aboutError = error;
      }
    }
    this._changed.emit();
  }

  private _close(): void {
    this._opened = '';
    this._about = null;
    this._aboutError = null;
  }

  private readonly _changed = new Signal<this, void>(this);
  private _shelf: Shelf = 'all';
  private _query = '';
  private _suggestions: readonly string[] = [];
  private _opened = '';
  private _about: IShown | null = null;
  private _aboutError: unknown = null;
  private _timer = 0;
  /** Counts what was typed, so that a late answer does not replace a newer one. */
  private _asked = 0;
}
