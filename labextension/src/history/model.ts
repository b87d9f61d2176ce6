import { ISignal, Signal } from '@lumino/signaling';
import type { IElsewhere, IVersion } from '../server/answers';
import type { BookstoreAPI } from '../server/api';
import { BookstoreError } from '../server/errors';
import { hasContent, identityOf } from '../versions/facts';
import type { IVersions } from '../versions/token';
import { Blame } from './blame';
import { mergePages, withTold, withWaiting } from './merging';
import type { Filter } from './rows';
import { Search } from './search';

const PAGE = 50;
/** Few versions are deliberate: finding a screenful of them takes larger pages. */
const FILTERED_PAGE = 200;
/** A day that was asked for is looked for in so many versions at most. */
const MOST_SOUGHT = 20_000;
/** What versions changed is found in the background, where it was not told yet. */
const ASK_AGAIN_MS = 1500;
const MOST_ASKED = 5;

/** The history of one notebook, as far as it has been read. */
export class HistoryModel implements IVersions {
  constructor(private readonly _api: BookstoreAPI) {
    this.search = new Search(_api);
    this.search.changed.connect(() => this._changed.emit());
    this.blame = new Blame(_api);
    this.blame.changed.connect(() => this._changed.emit());
  }

  /** Who last changed each cell. */
  readonly blame: Blame;

  /** What is looked for in this history. */
  readonly search: Search;

  /** Anything below has changed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get path(): string {
    return this._path;
  }

  get versions(): readonly IVersion[] {
    return this._versions;
  }

  /** Are there older versions that have not been read? */
  get hasMore(): boolean {
    return this._next !== null;
  }

  get isLoading(): boolean {
    return this._loading > 0;
  }

  /** Has the newest page of this notebook been read? */
  get isLoaded(): boolean {
    return this._isLoaded;
  }

  /** Why the last reading failed; null when it did not. */
  get error(): unknown {
    return this._error;
  }

  /** Why saves become no versions; empty where they do. */
  get notArchived(): string {
    return this._notArchived;
  }

  /** What was saved from other folders, joined or not. */
  get elsewhere(): readonly IElsewhere[] {
    return this._elsewhere;
  }

  /** Tell what was saved from another folder in the histories here, or no longer. */
  async join({ folder }: IElsewhere, joined: boolean): Promise<void> {
    const generation = this._generation;
    await this._api.join(this._path, folder, joined);
    if (generation === this._generation) {
      this._versions = [];
      await this.refresh();
    }
  }

  get filter(): Filter {
    return this._filter;
  }

  set filter(filter: Filter) {
    if (filter !== this._filter) {
      this._filter = filter;
      this._changed.emit();
    }
  }

  get active(): IVersion | null {
    return this._find(this._active);
  }

  set active(version: IVersion | null) {
    this._active = version ? identityOf(version) : '';
    this._changed.emit();
  }

  get chosen(): IVersion[] {
    return this._chosen
      .map(identity => this._find(identity))
      .filter((version): version is IVersion => version !== null);
  }

  /** The versions of sessions that are open: one of each is enough. */
  get opened(): ReadonlySet<string> {
    return this._opened;
  }

  /** Open a session, or fold it. */
  setOpen(versions: readonly IVersion[], isOpen: boolean): void {
    const identities = versions.map(identityOf);
    const others = [...this._opened].filter(one => !identities.includes(one));
    this._opened = new Set(
      isOpen ? [...others, identities[identities.length - 1]] : others
    );
    this._changed.emit();
  }

  /** Goes up when the active version is to be brought into sight. */
  get revealed(): number {
    return this._revealed;
  }

  /** Make the newest version of a time or before it the active one, and bring it into sight. */
  async seek(time: Date): Promise<void> {
    const generation = this._generation;
    const find = () =>
      this._versions.find(version => new Date(version.saved_at) <= time);
    while (
      !find() &&
      this._next !== null &&
      this._error === null &&
      this._versions.length < MOST_SOUGHT
    ) {
      await this._loadMore(FILTERED_PAGE);
      if (generation !== this._generation) {
        return;
      }
    }
    const found = find() ?? this._versions[this._versions.length - 1];
    if (found) {
      this._revealed += 1;
      this.active = found;
    }
  }

  /** Choose a version for a comparison, or no longer; a third takes the first one's place. */
  toggleChosen(version: IVersion): void {
    const identity = identityOf(version);
    this._chosen = this._chosen.includes(identity)
      ? this._chosen.filter(chosen => chosen !== identity)
      : [...this._chosen, identity].slice(-2);
    this._changed.emit();
  }

  clearChosen(): void {
    if (this._chosen.length > 0) {
      this._chosen = [];
      this._changed.emit();
    }
  }

  /** Follow another notebook; nothing is read before `refresh`. */
  setPath(path: string): void {
    if (path === this._path) {
      return;
    }
    this._path = path;
    this.search.setPath(path);
    this.blame.setPath(path);
    this._generation += 1;
    this._versions = [];
    this._elsewhere = [];
    this._next = null;
    this._isLoaded = false;
    this._error = null;
    this._active = '';
    this._chosen = [];
    this._opened = new Set();
    this._changed.emit();
  }

  /** The notebook got another name; its history goes on. */
  renamed(path: string): void {
    this._path = path;
    this.search.setPath(path);
    this.blame.setPath(path);
    this._generation += 1;
    this._changed.emit();
  }

  async refresh(): Promise<void> {
    if (!this._path) {
      return;
    }
    const asked = ++this._asked;
    await this._read(async () => {
      const page = await this._api.history(this._path, PAGE);
      return () => {
        if (asked < this._known) {
          return;
        }
        this._known = asked;
        this._isLoaded = true;
        const { active, message } = page.archiver;
        this._notArchived = active ? '' : message;
        if (page.problem !== null) {
          this._versions = withWaiting(this._versions, page.versions);
          const { message, hint } = page.problem;
          this._error = new BookstoreError(
            503,
            message,
            'store_unavailable',
            hint
          );
          return;
        }
        this._elsewhere = page.elsewhere ?? [];
        const merged = page.next
          ? mergePages(this._versions, page.versions)
          : null;
        if (merged === null) {
          this._next = page.next;
        }
        this._versions = withTold(merged ?? page.versions, this._versions);
        this._learn(page.versions, PAGE, '');
      };
    });
  }

  /** Read the next older page. */
  async loadMore(): Promise<void> {
    if (this._loading === 0) {
      await this._loadMore(this._filter === 'all' ? PAGE : FILTERED_PAGE);
    }
  }

  private async _loadMore(limit: number): Promise<void> {
    const before = this._next;
    if (before === null) {
      return;
    }
    await this._read(async () => {
      const page = await this._api.history(this._path, limit, before);
      return () => {
        if (this._next === before) {
          this._versions = [...this._versions, ...page.versions];
          this._next = page.next;
          this._learn(page.versions, limit, before);
        }
      };
    });
  }

  /** Ask again for a page of which it is not known yet what its versions changed. */
  private _learn(
    page: readonly IVersion[],
    limit: number,
    before: string,
    asked = 0
  ): void {
    const isOpen = page.some(
      version => version.changed === null && hasContent(version)
    );
    if (!isOpen || asked >= MOST_ASKED) {
      return;
    }
    const { _generation: generation, _path: path } = this;
    window.setTimeout(async () => {
      if (generation !== this._generation) {
        return;
      }
      try {
        const { versions } = await this._api.history(path, limit, before);
        if (generation === this._generation) {
          this._versions = withTold(this._versions, versions);
          this._changed.emit();
          this._learn(versions, limit, before, asked + 1);
        }
      } catch {
        // It is only a line of text: the next reading of the history tells it, or what is wrong.
      }
    }, ASK_AGAIN_MS);
  }

  replace(version: IVersion): void {
    const identity = identityOf(version);
    this._versions = this._versions.map(known =>
      identityOf(known) === identity
        ? { ...known, label: version.label, note: version.note }
        : known
    );
    this._known = ++this._asked;
    this._changed.emit();
    if (this.isLoading) {
      void this.refresh();
    }
  }

  /** Take in what `read` brings, unless another notebook is followed meanwhile. */
  private async _read(read: () => Promise<() => void>): Promise<void> {
    const generation = this._generation;
    this._loading += 1;
    this._changed.emit();
    try {
      const take = await read();
      if (generation === this._generation) {
        this._error = null;
        take();
      }
    } catch (error) {
      if (generation === this._generation) {
        this._error = error;
      }
    } finally {
      this._loading -= 1;
      this._changed.emit();
    }
  }

  private _find(identity: string): IVersion | null {
    const known = [...this._versions, ...this.search.versions];
    return known.find(version => identityOf(version) === identity) ?? null;
  }

  private readonly _changed = new Signal<this, void>(this);
  private _path = '';
  private _versions: readonly IVersion[] = [];
  private _elsewhere: readonly IElsewhere[] = [];
  private _next: string | null = null;
  private _isLoaded = false;
  private _loading = 0;
  private _error: unknown = null;
  private _notArchived = '';
  private _filter: Filter = 'all';
  private _active = '';
  private _chosen: string[] = [];
  private _opened: ReadonlySet<string> = new Set();
  private _revealed = 0;
  /** Goes up with every notebook, so that late answers about another are known. */
  private _generation = 0;
  /** Questions and changes are counted: what was asked before a change is no answer after it. */
  private _asked = 0;
  /** The newest of them that the list shows. */
  private _known = 0;
}
