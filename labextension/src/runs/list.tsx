import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { IRunTold } from '../server/answers';
import {
  compareIcon,
  copyIcon,
  failedIcon,
  historyIcon,
  kindIcon,
  nameIcon,
  previewIcon
} from '../ui/icons';
import { IRow, IRowAction, NotebookList } from '../ui/lists/list';
import type { IPage } from '../ui/lists/pages';
import { ListWidget } from '../ui/lists/widget';
import { Time } from '../ui/times';
import { duration, statusName } from './facts';

/** How often a list is read anew in which something goes on. */
const LOOK_AGAIN_MS = 3000;

/** The notebook whose runs are listed, and the version, where only its runs are. */
export interface IRunsOf {
  readonly path: string;
  readonly version_id: string;
}

/** What the list asks of whoever works with runs. */
export interface IRunActions {
  read(of: IRunsOf, cursor: string): Promise<IPage<IRunTold>>;
  open(run: IRunTold): Promise<void>;
  compareWithInput(run: IRunTold): Promise<void>;
  compareWithRun(run: IRunTold, before: IRunTold): Promise<void>;
  name(run: IRunTold): Promise<void>;
  restoreAsCopy(run: IRunTold): Promise<void>;
  publish(run: IRunTold): Promise<void>;
  cancel(run: IRunTold): Promise<void>;
}

/** The runs of a notebook, and what can be done with each. */
export class RunsList extends ListWidget<IRunTold> {
  constructor(
    private readonly _actions: IRunActions,
    private _of: IRunsOf,
    private readonly _trans: TranslationBundle
  ) {
    super('bookstore-runs', _trans.__('Runs'), kindIcon('run'));
    this._timer = window.setInterval(() => this._look(), LOOK_AGAIN_MS);
  }

  override dispose(): void {
    window.clearInterval(this._timer);
    super.dispose();
  }

  /** List the runs of another notebook, or of another version. */
  listRunsOf(of: IRunsOf): void {
    this._of = of;
    this.update();
    void this.pages.reload();
  }

  protected override render(): JSX.Element {
    const { path, version_id } = this._of;
    return (
      <NotebookList
        pages={this.pages}
        rowOf={run => this._rowOf(run)}
        empty={this._trans.__('Nothing was run yet.')}
        trans={this._trans}
      >
        <span className="bs-List-name">
          {version_id
            ? this._trans.__('Runs of one version of %1', path)
            : this._trans.__('Runs of %1', path)}
        </span>
      </NotebookList>
    );
  }

  protected override read(cursor: string): Promise<IPage<IRunTold>> {
    return this._actions.read(this._of, cursor);
  }

  /** Read it again where something goes on, and somebody looks. */
  private _look(): void {
    const goesOn = this.pages.items.some(run => run.ended_at === null);
    if (this.isVisible && goesOn && !this.pages.isLoading) {
      void this.pages.reload();
    }
  }

  private _rowOf(run: IRunTold): IRow {
    const trans = this._trans;
    return {
      key: run.run_id,
      path: this._of.path,
      name: [statusName(run, trans), run.version?.label]
        .filter(Boolean)
        .join(' · '),
      facts: [
        <Time iso={run.started_at} trans={trans} />,
        duration(run, trans),
        run.error
      ],
      actions: run.version ? this._actionsOf(run) : [this._cancel(run)]
    };
  }

  private _cancel(run: IRunTold): IRowAction {
    return {
      label: this._trans.__('Cancel'),
      icon: failedIcon,
      run: () => this._actions.cancel(run)
    };
  }

  private _actionsOf(run: IRunTold): IRowAction[] {
    const trans = this._trans;
    const actions = this._actions;
    const ended = this.pages.items.filter(other => other.version !== null);
    const before = ended[ended.indexOf(run) + 1];
    const compareInput = {
      label: trans.__('Compare With Its Input'),
      icon: compareIcon,
      run: () => actions.compareWithInput(run)
    };
    const compareRun = {
      label: trans.__('Compare With the Run Before'),
      icon: historyIcon,
      run: () => actions.compareWithRun(run, before)
    };
    return [
      {
        label: trans.__('Open'),
        icon: previewIcon,
        run: () => actions.open(run)
      },
      ...(run.executed ? [compareInput] : []),
      ...(before ? [compareRun] : []),
      {
        label: trans.__('Name…'),
        icon: nameIcon,
        run: async () => {
          await actions.name(run);
          await this.pages.reload();
        }
      },
      {
        label: trans.__('Restore as Copy…'),
        icon: copyIcon,
        run: () => actions.restoreAsCopy(run)
      },
      {
        label: trans.__('Publish…'),
        icon: kindIcon('publish'),
        run: () => actions.publish(run)
      }
    ];
  }

  private readonly _timer: number;
}
