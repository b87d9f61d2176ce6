import { IDisposable } from '@lumino/disposable';
import { Poll, Throttler } from '@lumino/polling';
import { ISignal, Signal } from '@lumino/signaling';
import type { IStatus } from '../server/answers';
import type { BookstoreAPI } from '../server/api';
import type { IArchiveEvents } from '../server/events';

/** Nothing waits: events tell when that changes, asking is for what they miss. */
const IDLE_MS = 20_000;
/** Something waits: another server may deliver it, whose events are not heard here. */
const WAITING_MS = 2_000;
const LONGEST_MS = 60_000;
/** Many events are one question. */
const GATHER_MS = 200;

/** Knows how archiving is going: told by events, and asks now and then while it is seen. */
export class StatusWatcher implements IDisposable {
  constructor(api: BookstoreAPI, events: IArchiveEvents | null) {
    this._poll = new Poll<IStatus>({
      name: 'bookstore-labextension:status',
      factory: () => api.status(),
      frequency: { interval: IDLE_MS, backoff: true, max: LONGEST_MS },
      standby: 'when-hidden'
    });
    this._poll.ticked.connect(this._onTick, this);
    this._throttler = new Throttler(() => this._poll.refresh(), {
      limit: GATHER_MS,
      edge: 'trailing'
    });
    events?.happened.connect(this.refresh, this);
    document.addEventListener('visibilitychange', this._onVisibility);
  }

  /** Something below has changed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** What the server last said; null while it does not answer. */
  get status(): IStatus | null {
    return this._status;
  }

  /** Why it does not answer. */
  get error(): unknown {
    return this._error;
  }

  get isDisposed(): boolean {
    return this._poll.isDisposed;
  }

  /** Ask soon. */
  refresh(): void {
    void this._throttler.invoke().catch(() => undefined);
  }

  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    document.removeEventListener('visibilitychange', this._onVisibility);
    this._throttler.dispose();
    this._poll.dispose();
    Signal.clearData(this);
  }

  private _onTick(
    _: unknown,
    state: { phase: string; payload: IStatus | null | unknown }
  ): void {
    if (state.phase === 'resolved') {
      this._status = state.payload as IStatus;
      this._error = null;
    } else if (state.phase === 'rejected') {
      this._status = null;
      this._error = state.payload;
    } else {
      return;
    }
    const isIdle = this._status === null || this._status.outbox.depth === 0;
    const interval = isIdle ? IDLE_MS : WAITING_MS;
    this._poll.frequency = { interval, backoff: true, max: LONGEST_MS };
    this._changed.emit();
  }

  private readonly _onVisibility = (): void => {
    if (document.visibilityState === 'visible') {
      this.refresh();
    }
  };

  private readonly _changed = new Signal<this, void>(this);
  private readonly _poll: Poll<IStatus>;
  private readonly _throttler: Throttler;
  private _status: IStatus | null = null;
  private _error: unknown = null;
}
