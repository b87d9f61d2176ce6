import {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { Token } from '@lumino/coreutils';
import { ISignal, Signal } from '@lumino/signaling';

/** The schema of the events that tell about saves on their way to the store. */
const SCHEMA_ID = 'https://events.jupyter.org/bookstore/archive/v1';

/** Something happened to a save on its way to the store. */
export interface IArchiveEvent {
  readonly action: 'queued' | 'archived' | 'postponed' | 'refused';
  readonly path: string;
  readonly save_id: string;
  /** Entries in the outbox afterwards. */
  readonly depth: number;
  readonly version_id?: string;
  readonly reason?: string;
}

/** The one follower of the server's archive events. */
export interface IArchiveEvents {
  readonly happened: ISignal<IArchiveEvents, IArchiveEvent>;
}

export const IArchiveEvents = new Token<IArchiveEvents>(
  'bookstore-labextension:IArchiveEvents',
  'What happens to saves on their way to the store.'
);

class ArchiveEvents implements IArchiveEvents {
  constructor(app: JupyterFrontEnd) {
    app.serviceManager.events.stream.connect((_, emission) => {
      if (emission.schema_id === SCHEMA_ID) {
        this._happened.emit(emission as unknown as IArchiveEvent);
      }
    });
  }

  get happened(): ISignal<this, IArchiveEvent> {
    return this._happened;
  }

  private readonly _happened = new Signal<this, IArchiveEvent>(this);
}

export const eventsPlugin: JupyterFrontEndPlugin<IArchiveEvents> = {
  id: 'bookstore-labextension:events',
  description: 'Follows the events of saves on their way to the store.',
  autoStart: true,
  provides: IArchiveEvents,
  activate: app => new ArchiveEvents(app)
};
