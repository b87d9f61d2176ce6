import {
  ILabShell,
  ILayoutRestorer,
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IFileBrowserFactory } from '@jupyterlab/filebrowser';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import {
  ITranslator,
  nullTranslator,
  TranslationBundle
} from '@jupyterlab/translation';
import { MenuSvg } from '@jupyterlab/ui-components';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { Target } from '../documents/target';
import type { IVersion } from '../server/answers';
import { BookstoreAPI } from '../server/api';
import { showBookstoreError } from '../server/errors';
import { IArchiveEvents } from '../server/events';
import { historyIcon } from '../ui/icons';
import { soonUnlessUserActs } from '../ui/soon';
import { hasContent } from '../versions/facts';
import { CommandIDs, IHistory, ISubject, previewId } from '../versions/token';
import { Follower } from './follow';
import { HistoryModel } from './model';
import { HistoryPanel, IHistoryPanelActions } from './panel';
import type { Filter } from './rows';

const PLUGIN_ID = 'bookstore-labextension:history';

const AFTER_PALETTE_MS = 100;
/** Who holds an arrow key down sees the version at which it is let go. */
const FOLLOW_MS = 150;

/** The actions of a version in the order of its menu; null is a separator. */
const MENU: readonly (string | null)[] = [
  CommandIDs.preview,
  CommandIDs.compareWithBefore,
  CommandIDs.compareWithCurrent,
  null,
  CommandIDs.restore,
  CommandIDs.restoreAsCopy,
  CommandIDs.undoAuthor,
  null,
  CommandIDs.runVersion,
  CommandIDs.showRunsOfVersion,
  null,
  CommandIDs.name,
  CommandIDs.download,
  CommandIDs.publishVersion,
  CommandIDs.copyLink,
  CommandIDs.copyAddress
];

/** The schema of the arguments of the command that shows the panel. */
const SHOW_ARGS = {
  args: {
    type: 'object',
    properties: {
      path: {
        type: 'string',
        description: 'The notebook; by default the current one.'
      },
      selected: {
        type: 'boolean',
        description: 'Take the notebook selected in the file browser.'
      }
    }
  }
} as const;

class History implements IHistory {
  constructor(readonly api: BookstoreAPI) {
    this.model = new HistoryModel(api);
  }

  readonly model: HistoryModel;

  has(args: ReadonlyPartialJSONObject): boolean {
    const { active } = this.model;
    return typeof args.version_id === 'string'
      ? args.version_id !== ''
      : active !== null && hasContent(active);
  }

  async subject(args: ReadonlyPartialJSONObject): Promise<ISubject | null> {
    const { path: current, active } = this.model;
    if (typeof args.version_id !== 'string') {
      return active && { path: current, version: active };
    }
    const path = String(args.path ?? current);
    const address = {
      version_id: args.version_id,
      path: String(args.version_path ?? path)
    };
    return { path, version: await this.api.version(path, address) };
  }
}

export const historyPlugin: JupyterFrontEndPlugin<IHistory> = {
  id: PLUGIN_ID,
  description: 'Shows the history of the current notebook in a side panel.',
  autoStart: true,
  provides: IHistory,
  optional: [
    INotebookTracker,
    IArchiveEvents,
    ISettingRegistry,
    ITranslator,
    ICommandPalette,
    IFileBrowserFactory,
    ILabShell,
    ILayoutRestorer
  ],
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker | null,
    events: IArchiveEvents | null,
    registry: ISettingRegistry | null,
    translator: ITranslator | null,
    palette: ICommandPalette | null,
    browsers: IFileBrowserFactory | null,
    labShell: ILabShell | null,
    restorer: ILayoutRestorer | null
  ): IHistory => {
    const trans = (translator ?? nullTranslator).load('bookstore');
    const { serverSettings, contents } = app.serviceManager;
    const history = new History(new BookstoreAPI(serverSettings));
    const { model } = history;

    const saveFilter = followSettings(registry, model);
    const panel = new HistoryPanel(
      model,
      trans,
      panelActions(app, model, trans, saveFilter)
    );
    // Notebook 7 writes the label into View > Right Sidebar.
    panel.title.label = labShell ? '' : trans.__('History');
    app.shell.add(panel, 'right', { rank: 600, type: 'Bookstore' });
    restorer?.add(panel, panel.id);

    const follower = new Follower(model, contents, () => panel.isVisible);
    if (tracker) {
      follower.followNotebooks(tracker);
    }
    if (events) {
      follower.followEvents(events);
    }

    const target = new Target(app, tracker, browsers, null);
    app.commands.addCommand(CommandIDs.show, {
      label: trans.__('Show History'),
      caption: trans.__('Show the versions of this notebook'),
      icon: historyIcon,
      execute: args => {
        const isNamed = args.selected || typeof args.path === 'string';
        const path = isNamed ? target.notebook(args) : null;
        if (path !== null) {
          follower.follow(path);
        } else {
          follower.followCurrent();
        }
        app.shell.activateById(panel.id);
        // The palette hands the focus to the notebook, some frames after it closes: take it back.
        soonUnlessUserActs(() => panel.activate(), AFTER_PALETTE_MS);
      },
      describedBy: SHOW_ARGS
    });
    app.commands.addCommand(CommandIDs.showCell, {
      label: trans.__('Show History of This Cell'),
      caption: trans.__('Show the versions that changed this cell'),
      icon: historyIcon,
      isEnabled: () => Boolean(tracker?.activeCell),
      execute: () => {
        const cell = tracker?.activeCell?.model.sharedModel;
        if (cell) {
          follower.followCurrent();
          model.search.setCell({ id: cell.getId(), source: cell.getSource() });
          app.shell.activateById(panel.id);
        }
      },
      describedBy: { args: { type: 'object', properties: {} } }
    });
    app.commands.addCommand(CommandIDs.refresh, {
      label: trans.__('Refresh History'),
      isEnabled: () => model.path !== '',
      execute: () => model.refresh()
    });
    // The commands of a version are enabled with the version.
    model.changed.connect(() => app.commands.notifyCommandChanged());
    offerCommands(app, palette, trans);
    return history;
  }
};

/** Take the filter from the settings; return what keeps the user's choice there. */
function followSettings(
  registry: ISettingRegistry | null,
  model: HistoryModel
): (filter: Filter) => void {
  let settings: ISettingRegistry.ISettings | null = null;
  void registry?.load(PLUGIN_ID).then(loaded => {
    const take = () => {
      model.filter = loaded.get('filter').composite as Filter;
    };
    settings = loaded;
    loaded.changed.connect(take);
    take();
  });
  return filter => void settings?.set('filter', filter);
}

/** What the panel's rows and buttons do: they run commands that other plugins add. */
function panelActions(
  app: JupyterFrontEnd,
  model: HistoryModel,
  trans: TranslationBundle,
  saveFilter: (filter: Filter) => void
): IHistoryPanelActions {
  const { commands } = app;
  const menu = new MenuSvg({ commands });
  for (const command of MENU) {
    menu.addItem(command ? { command } : { type: 'separator' });
  }
  const run = (command: string, version: IVersion) => {
    model.active = version;
    void commands.execute(command);
  };
  let following = 0;
  /** Show a version where another one is looked at, and leave the keyboard with the list. */
  const follow = (version: IVersion) => {
    const isLookedAt = Array.from(app.shell.widgets('main')).some(
      widget => widget.id === previewId(model.path) && widget.isVisible
    );
    if (isLookedAt && hasContent(version) && version === model.active) {
      void commands.execute(CommandIDs.preview, {
        path: model.path,
        version_id: version.version_id,
        version_path: version.path,
        follows: true
      });
    }
  };
  return {
    activate: version => {
      model.active = version;
    },
    open: version => {
      if (hasContent(version)) {
        run(CommandIDs.preview, version);
      }
    },
    choose: version => {
      if (hasContent(version)) {
        model.toggleChosen(version);
      }
    },
    walk: version => {
      model.active = version;
      window.clearTimeout(following);
      following = window.setTimeout(() => follow(version), FOLLOW_MS);
    },
    setOpen: (versions, isOpen) => model.setOpen(versions, isOpen),
    follow: path => void commands.execute(CommandIDs.show, { path }),
    goTo: day => {
      const end = new Date(`${day}T23:59:59.999`);
      if (!Number.isNaN(end.getTime())) {
        void model.seek(end);
      }
    },
    compareWithBefore: version => run(CommandIDs.compareWithBefore, version),
    compare: version => run(CommandIDs.compareWithCurrent, version),
    restore: version => run(CommandIDs.restore, version),
    name: version => run(CommandIDs.name, version),
    menu: (version, x, y) => {
      model.active = version;
      menu.open(x, y);
    },
    refresh: () => void model.refresh(),
    join: (elsewhere, joined) =>
      void model
        .join(elsewhere, joined)
        .catch(error =>
          showBookstoreError(
            trans.__('The histories were not joined'),
            error,
            trans
          )
        ),
    compareChosen: () => void commands.execute(CommandIDs.compareChosen),
    setFilter: filter => {
      model.filter = filter;
      saveFilter(filter);
    }
  };
}

/** Put the commands into the palette and the context menu of a version. */
function offerCommands(
  app: JupyterFrontEnd,
  palette: ICommandPalette | null,
  trans: TranslationBundle
): void {
  const aboutVersions = MENU.filter(id => id !== null);
  for (const command of [
    CommandIDs.show,
    CommandIDs.showCell,
    CommandIDs.refresh,
    ...aboutVersions,
    CommandIDs.compareChosen
  ]) {
    palette?.addItem({ command, category: trans.__('Bookstore') });
  }
  MENU.forEach((command, rank) => {
    app.contextMenu.addItem({
      selector: '.bs-Version:not(.bs-mod-empty)',
      rank,
      ...(command ? { command } : { type: 'separator' as const })
    });
  });
}
