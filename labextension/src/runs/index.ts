import {
  ILabShell,
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette, Notification } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import {
  ITranslator,
  nullTranslator,
  TranslationBundle
} from '@jupyterlab/translation';
import type { IRunTold, VersionAddress } from '../server/answers';
import type { BookstoreAPI } from '../server/api';
import { showBookstoreError } from '../server/errors';
import { kindIcon } from '../ui/icons';
import type { IPage } from '../ui/lists/pages';
import { OneLarge } from '../ui/place';
import { addVersionCommand } from '../versions/command';
import { CommandIDs, IHistory, ISubject } from '../versions/token';
import { askForParameters, askWhereToPublish } from './dialogs';
import { resultOf, statusName, versionAt } from './facts';
import { IRunActions, IRunsOf, RunsList } from './list';

/** How often somebody who started a run and looks elsewhere is told of its end. */
const LOOK_AGAIN_MS = 1000;

/** What is done with runs: everything about versions is done by the commands for versions. */
class Runs implements IRunActions {
  constructor(
    private readonly _app: JupyterFrontEnd,
    private readonly _api: BookstoreAPI,
    private readonly _place: OneLarge,
    private readonly _trans: TranslationBundle
  ) {}

  /** List the runs of a notebook, or only those of a version of it. */
  show(of: IRunsOf): void {
    if (this._list && !this._list.isDisposed) {
      this._list.listRunsOf(of);
    }
    this._place.open(() => {
      this._list = new RunsList(this, of, this._trans);
      return this._list;
    });
  }

  /** Have the server run a version, and tell its end. */
  async start({ path, version }: ISubject): Promise<void> {
    const trans = this._trans;
    const parameters = await askForParameters(version, trans);
    if (parameters === null) {
      return;
    }
    const run = await this._api.startRun(version.address, parameters);
    const name = PathExt.basename(path);
    const actions = [
      {
        label: trans.__('Show Runs'),
        callback: () => this.show({ path, version_id: '' })
      }
    ];
    const id = Notification.emit(
      trans.__('%1 is running…', name),
      'in-progress',
      { autoClose: false, actions }
    );
    void this._ended(run).then(ended => {
      const words = [`${name}: ${statusName(ended, trans)}`, ended.error];
      Notification.update({
        id,
        message: words.filter(word => word !== '').join('. '),
        type: ended.status === 'succeeded' ? 'success' : 'error',
        autoClose: ended.status === 'succeeded' ? 8000 : false,
        actions
      });
    });
  }

  async read(of: IRunsOf, cursor: string): Promise<IPage<IRunTold>> {
    const { runs, next } = await this._api.runs(of.path, of.version_id, cursor);
    return { items: runs, next };
  }

  open(run: IRunTold): Promise<void> {
    return this._do(CommandIDs.preview, run);
  }

  name(run: IRunTold): Promise<void> {
    return this._do(CommandIDs.name, run);
  }

  restoreAsCopy(run: IRunTold): Promise<void> {
    return this._do(CommandIDs.restoreAsCopy, run);
  }

  async compareWithInput(run: IRunTold): Promise<void> {
    const input = versionAt(run.executed);
    await this._compare(run, input, this._trans.__('What was executed'));
  }

  async compareWithRun(run: IRunTold, before: IRunTold): Promise<void> {
    await this._compare(run, resultOf(before), this._trans.__('Run before'));
  }

  async publish(run: IRunTold): Promise<void> {
    await this._place.leaveDialog();
    const target = await askWhereToPublish(pathOf(run), this._trans);
    if (target && run.version) {
      try {
        await this._api.publishVersion(target, run.version.address);
        Notification.success(this._trans.__('%1 is published.', target), {
          autoClose: 4000
        });
      } catch (error) {
        const title = this._trans.__('The result is not published');
        await showBookstoreError(title, error, this._trans);
      }
    }
  }

  async cancel(run: IRunTold): Promise<void> {
    try {
      await this._api.cancelRun(run.run_id);
    } catch (error) {
      const title = this._trans.__('The run could not be cancelled');
      await showBookstoreError(title, error, this._trans);
    }
  }

  private async _do(command: string, run: IRunTold): Promise<void> {
    await this._place.leaveDialog();
    const result = resultOf(run);
    await this._app.commands.execute(command, {
      path: pathOf(run),
      version_id: result?.version_id,
      version_path: result?.path
    });
  }

  private async _compare(
    run: IRunTold,
    base: VersionAddress | null,
    base_name: string
  ): Promise<void> {
    await this._place.leaveDialog();
    const remote = resultOf(run);
    await this._app.commands.execute(CommandIDs.compareTwo, {
      path: pathOf(run),
      base: { ...base },
      base_name,
      remote: { ...remote },
      remote_name: this._trans.__('Result')
    });
  }

  /** What became of a run; a server that does not answer meanwhile is asked again. */
  private async _ended(run: IRunTold): Promise<IRunTold> {
    let now = run;
    while (now.ended_at === null) {
      await new Promise(resolve => setTimeout(resolve, LOOK_AGAIN_MS));
      now = await this._api.run(now).catch(() => now);
    }
    return now;
  }

  private _list: RunsList | null = null;
}

/** The path of the notebook that was run, as far as the place of its result tells. */
function pathOf(run: IRunTold): string {
  return decodeURIComponent(
    run.result.replace(/^bookstore:\/\/(runs\/)?/, '')
  ).replace(/^\//, '');
}

export const runsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'bookstore-labextension:runs',
  description: 'Runs versions of notebooks, and shows what came of it.',
  autoStart: true,
  requires: [IHistory],
  optional: [ITranslator, ICommandPalette, ILabShell],
  activate: (
    app: JupyterFrontEnd,
    history: IHistory,
    translator: ITranslator | null,
    palette: ICommandPalette | null,
    labShell: ILabShell | null
  ) => {
    const trans = (translator ?? nullTranslator).load('bookstore');
    const place = new OneLarge(app, labShell, trans);
    const runs = new Runs(app, history.api, place, trans);
    const failed = trans.__('The version cannot be run');
    addVersionCommand(
      app,
      history,
      {
        id: CommandIDs.runVersion,
        label: trans.__('Run This Version…'),
        icon: kindIcon('run'),
        failed,
        act: subject => runs.start(subject)
      },
      trans
    );
    addVersionCommand(
      app,
      history,
      {
        id: CommandIDs.showRunsOfVersion,
        label: trans.__('Runs of This Version'),
        icon: kindIcon('run'),
        failed,
        act: async ({ path, version: { version_id } }) =>
          runs.show({ path, version_id })
      },
      trans
    );
    app.commands.addCommand(CommandIDs.showRuns, {
      label: trans.__('Runs of Notebook'),
      caption: trans.__('Show what came of running this notebook'),
      icon: kindIcon('run'),
      isEnabled: args => Boolean(args.path ?? history.model.path),
      execute: args => {
        const path = String(args.path ?? history.model.path);
        runs.show({ path, version_id: '' });
      },
      describedBy: {
        args: {
          type: 'object',
          properties: {
            path: {
              type: 'string',
              description: 'The API path of the notebook.'
            }
          }
        }
      }
    });
    palette?.addItem({
      command: CommandIDs.showRuns,
      category: trans.__('Bookstore')
    });
  }
};
