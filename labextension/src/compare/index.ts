import {
  ILabShell,
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IEditorServices } from '@jupyterlab/codeeditor';
import { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import { PathExt } from '@jupyterlab/coreutils';
import { INotebookTracker } from '@jupyterlab/notebook';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import {
  ITranslator,
  nullTranslator,
  TranslationBundle
} from '@jupyterlab/translation';
import { contentOf, idsOf } from '../documents/content';
import { lenient } from '../documents/opening';
import { openNotebook } from '../documents/paths';
import type { IDiffSummary, IVersion, VersionAddress } from '../server/answers';
import { showBookstoreError } from '../server/errors';
import { changesIcon, compareIcon, restoreIcon } from '../ui/icons';
import { IViewAction, present } from '../ui/present';
import { withProgress } from '../ui/progress';
import { addVersionCommand } from '../versions/command';
import { versionName } from '../versions/describe';
import {
  CommandIDs,
  IComparisons,
  IHistory,
  ISubject,
  ShownDiff
} from '../versions/token';
import { CellsBack } from './cellsback';
import type { IBringBack } from './view';

/** The arguments of the command that compares two versions wherever they are. */
interface IComparison {
  readonly path: string;
  readonly base: VersionAddress;
  readonly base_name: string;
  readonly remote: VersionAddress;
  readonly remote_name: string;
}

const VERSION_ARGS = {
  type: 'object',
  properties: {
    version_id: { type: 'string', description: 'The version.' },
    path: {
      type: 'string',
      description: 'Its API path, or the address of where it is.'
    }
  }
} as const;

const TWO_ARGS = {
  args: {
    type: 'object',
    properties: {
      path: { type: 'string', description: 'The API path of the notebook.' },
      base: VERSION_ARGS,
      base_name: { type: 'string', description: 'What the older is called.' },
      remote: VERSION_ARGS,
      remote_name: { type: 'string', description: 'What the newer is called.' }
    }
  }
} as const;

export const comparePlugin: JupyterFrontEndPlugin<IComparisons | null> = {
  id: 'bookstore-labextension:compare',
  description: 'Compares versions of notebooks, cell by cell.',
  autoStart: true,
  provides: IComparisons,
  requires: [IHistory],
  optional: [
    IRenderMimeRegistry,
    IEditorServices,
    IEditorLanguageRegistry,
    INotebookTracker,
    ITranslator,
    ILabShell
  ],
  activate: (
    app: JupyterFrontEnd,
    history: IHistory,
    rendermime: IRenderMimeRegistry | null,
    editors: IEditorServices | null,
    languages: IEditorLanguageRegistry | null,
    tracker: INotebookTracker | null,
    translator: ITranslator | null,
    labShell: ILabShell | null
  ): IComparisons | null => {
    if (!rendermime || !editors) {
      return null; // a page that shows no notebooks
    }
    const trans = (translator ?? nullTranslator).load('bookstore');
    const { contents } = app.serviceManager;
    const { api, model } = history;

    const show = async (
      path: string,
      diff: ShownDiff,
      baseName: string,
      remoteName: string,
      actions: readonly IViewAction[],
      bringBack: IBringBack | null
    ) => {
      // Loaded on first use: the drawn comparison is most of the bundle.
      const { DiffView } = await import('./view');
      const body = new DiffView({
        diff,
        baseName,
        remoteName,
        bringBack,
        rendermime,
        languages,
        mimeTypes: lenient(editors.mimeTypeService),
        trans
      });
      const heading = trans.__('%1 → %2', baseName, remoteName);
      present(
        app,
        labShell,
        {
          id: `bookstore-compare:${path}`,
          title: trans.__('%1 · Comparison', PathExt.basename(path)),
          caption: `${path}: ${heading}`,
          icon: compareIcon,
          heading,
          details: summaryText(diff.summary, trans),
          actions,
          body
        },
        trans
      );
    };

    const compareWithCurrent = async ({ path, version }: ISubject) => {
      const panel = openNotebook(tracker, contents, path);
      const compared = panel ? idsOf(panel.context.model) : [];
      const diff = panel
        ? await api.diffWithContent(
            path,
            version,
            contentOf(panel.context.model)
          )
        : await api.diff(path, version);
      const isUnsaved = panel?.context.model.dirty ?? false;
      await show(
        path,
        diff,
        versionName(version, trans),
        isUnsaved ? trans.__('Current, not saved') : trans.__('Current'),
        [
          {
            label: trans.__('Restore…'),
            icon: restoreIcon,
            act: () =>
              void app.commands.execute(CommandIDs.restore, {
                path,
                version_id: version.version_id,
                version_path: version.path
              })
          }
        ],
        panel && new CellsBack(api, { path, version }, panel, compared, trans)
      );
    };

    const compareWithBefore = async ({ path, version }: ISubject) => {
      const diff = await api.diffWithBefore(path, version);
      const before = versionName(diff.base_version, trans);
      await show(path, diff, before, versionName(version, trans), [], null);
    };

    const compareChosen = async () => {
      const [base, remote] = inOrder(model.chosen);
      const diff = await api.diff(model.path, base, remote);
      const names = [base, remote].map(version => versionName(version, trans));
      await show(model.path, diff, names[0], names[1], [], null);
      model.clearChosen();
    };

    const failed = trans.__('The versions cannot be compared');
    addVersionCommand(
      app,
      history,
      {
        id: CommandIDs.compareWithCurrent,
        label: trans.__('Compare Version With Current'),
        icon: compareIcon,
        failed,
        act: subject =>
          withProgress(trans.__('Comparing…'), compareWithCurrent(subject))
      },
      trans
    );
    app.commands.addCommand(CommandIDs.compareTwo, {
      label: trans.__('Compare Two Versions'),
      icon: compareIcon,
      isEnabled: args => args.base !== undefined,
      execute: args => {
        const { path, base, base_name, remote, remote_name } =
          args as unknown as IComparison;
        const compared = async () => {
          const diff = await api.diff(path, base, remote);
          await show(path, diff, base_name, remote_name, [], null);
        };
        return withProgress(trans.__('Comparing…'), compared()).catch(
          error => void showBookstoreError(failed, error, trans)
        );
      },
      describedBy: TWO_ARGS
    });
    addVersionCommand(
      app,
      history,
      {
        id: CommandIDs.compareWithBefore,
        label: trans.__('Compare Version With the One Before'),
        icon: changesIcon,
        failed,
        act: subject =>
          withProgress(trans.__('Comparing…'), compareWithBefore(subject))
      },
      trans
    );
    app.commands.addCommand(CommandIDs.compareChosen, {
      label: trans.__('Compare Chosen Versions'),
      icon: compareIcon,
      isEnabled: () => model.chosen.length === 2,
      execute: () =>
        withProgress(trans.__('Comparing…'), compareChosen()).catch(
          error => void showBookstoreError(failed, error, trans)
        )
    });
    return {
      show: ({ path, diff, baseName, remoteName, actions }) =>
        show(path, diff, baseName, remoteName, actions, null)
    };
  }
};

/** The older of two versions first. */
function inOrder(versions: readonly IVersion[]): IVersion[] {
  return [...versions].sort(
    (one, other) => Date.parse(one.saved_at) - Date.parse(other.saved_at)
  );
}

function summaryText(summary: IDiffSummary, trans: TranslationBundle): string {
  const { cells_added, cells_removed, cells_changed, outputs_changed } =
    summary;
  const texts = [
    cells_changed &&
      trans._n('%1 cell changed', '%1 cells changed', cells_changed),
    cells_added && trans._n('%1 cell added', '%1 cells added', cells_added),
    cells_removed &&
      trans._n('%1 cell removed', '%1 cells removed', cells_removed),
    outputs_changed &&
      trans._n(
        'outputs of %1 cell changed',
        'outputs of %1 cells changed',
        outputs_changed
      ),
    summary.metadata_changed && trans.__('metadata changed')
  ].filter(text => Boolean(text));
  return texts.length > 0 ? texts.join(' · ') : trans.__('No differences');
}
