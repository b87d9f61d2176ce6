import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { Contents } from '@jupyterlab/services';
import { apiPathOf } from '../documents/paths';
import type { IArchiveEvents } from '../server/events';
import type { HistoryModel } from './model';

/** Events of one save come close together; they are answered with one reading. */
const SETTLE_MS = 250;

/**
 * Keeps a history model with the current notebook, and up to date.
 *
 * Nothing is read while the panel is hidden: showing it reads.
 */
export class Follower {
  constructor(
    private readonly _model: HistoryModel,
    private readonly _contents: Contents.IManager,
    private readonly _isVisible: () => boolean
  ) {}

  followNotebooks(tracker: INotebookTracker): void {
    this._tracker = tracker;
    tracker.currentChanged.connect((_, panel) => this._followPanel(panel));
    tracker.widgetAdded.connect((_, panel) => {
      panel.context.pathChanged.connect((context, path) => {
        if (tracker.currentWidget?.context === context) {
          this._model.renamed(this._apiPath(path));
          this.soon();
        }
      });
      panel.context.saveState.connect((context, state) => {
        const isShown = this._apiPath(context.path) === this._model.path;
        if (state === 'completed' && isShown) {
          this.soon();
        }
      });
    });
    this.followCurrent();
  }

  followEvents(events: IArchiveEvents): void {
    events.happened.connect((_, event) => {
      if (event.path === this._model.path) {
        this.soon();
      }
    });
  }

  /** Show the history of the current notebook again. */
  followCurrent(): void {
    this._followPanel(this._tracker?.currentWidget ?? null);
  }

  /** Show the history of a notebook, whether it is open or not. */
  follow(path: string): void {
    if (path !== this._model.path) {
      this._model.setPath(path);
      this.now();
    }
  }

  /** Read the newest versions, if anybody sees them. */
  now(): void {
    window.clearTimeout(this._timer);
    if (this._isVisible()) {
      void this._model.refresh();
    }
  }

  /** Read the newest versions in a moment. */
  soon(): void {
    window.clearTimeout(this._timer);
    this._timer = window.setTimeout(() => this.now(), SETTLE_MS);
  }

  private _followPanel(panel: NotebookPanel | null): void {
    if (panel) {
      this.follow(this._apiPath(panel.context.path));
    }
  }

  /** Empty for what lies on another drive: it has no history here. */
  private _apiPath(path: string): string {
    return apiPathOf(this._contents, path) ?? '';
  }

  private _tracker: INotebookTracker | null = null;
  private _timer = 0;
}
