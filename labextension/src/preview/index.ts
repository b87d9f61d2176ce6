import {
  ILabShell,
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IEditorServices } from '@jupyterlab/codeeditor';
import { PathExt } from '@jupyterlab/coreutils';
import type { INotebookContent } from '@jupyterlab/nbformat';
import { NotebookPanel, StaticNotebook } from '@jupyterlab/notebook';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import {
  ITranslator,
  nullTranslator,
  TranslationBundle
} from '@jupyterlab/translation';
import { lenient, modelToLookAt } from '../documents/opening';
import { foldingLongOutputs } from '../ui/folding';
import {
  changesIcon,
  compareIcon,
  copyIcon,
  linkIcon,
  previewIcon,
  restoreIcon
} from '../ui/icons';
import { IViewAction, present } from '../ui/present';
import { withProgress } from '../ui/progress';
import { addVersionCommand } from '../versions/command';
import { versionFacts, versionName } from '../versions/describe';
import { CommandIDs, IHistory, ISubject, previewId } from '../versions/token';

/** A notebook that is only looked at. */
class PreviewNotebook extends StaticNotebook {
  constructor(
    options: StaticNotebook.IOptions,
    content: INotebookContent,
    trans: TranslationBundle
  ) {
    super(options);
    this.addClass('bs-Preview');
    const model = modelToLookAt(content, trans);
    model.readOnly = true;
    this.model = model;
    for (const cell of this.widgets) {
      cell.readOnly = true;
    }
  }

  override dispose(): void {
    const { model } = this;
    super.dispose();
    model?.dispose();
  }
}

export const previewPlugin: JupyterFrontEndPlugin<void> = {
  id: 'bookstore-labextension:preview',
  description: 'Shows versions of notebooks, read-only.',
  autoStart: true,
  requires: [IHistory],
  optional: [
    IRenderMimeRegistry,
    IEditorServices,
    NotebookPanel.IContentFactory,
    ITranslator,
    ILabShell
  ],
  activate: (
    app: JupyterFrontEnd,
    history: IHistory,
    rendermime: IRenderMimeRegistry | null,
    editors: IEditorServices | null,
    contentFactory: NotebookPanel.IContentFactory | null,
    translator: ITranslator | null,
    labShell: ILabShell | null
  ) => {
    if (!rendermime || !editors || !contentFactory) {
      return; // a page that shows no notebooks
    }
    const trans = (translator ?? nullTranslator).load('bookstore');

    const show = async ({ path, version }: ISubject, follows: boolean) => {
      const model = await history.api.content(path, version);
      const body = new PreviewNotebook(
        {
          rendermime: foldingLongOutputs(rendermime, trans),
          contentFactory,
          mimeTypeService: lenient(editors.mimeTypeService),
          translator: translator ?? undefined,
          notebookConfig: {
            ...StaticNotebook.defaultNotebookConfig,
            // Cells are put in when the page is idle; out of sight they cost nothing (bs-Preview).
            windowingMode: 'defer',
            scrollPastEnd: false
          }
        },
        model.content as INotebookContent,
        trans
      );
      const args = {
        path,
        version_id: version.version_id,
        version_path: version.path
      };
      const action = (
        command: string,
        label: string,
        icon: IViewAction['icon']
      ): IViewAction => ({
        label,
        icon,
        act: () => void app.commands.execute(command, args)
      });
      const link = action(CommandIDs.copyLink, trans.__('Copy link'), linkIcon);
      present(
        app,
        labShell,
        {
          id: previewId(path),
          title: `${PathExt.basename(path)} · ${versionName(version, trans)}`,
          caption: versionFacts(version, trans),
          icon: previewIcon,
          heading: versionName(version, trans),
          details: versionFacts(version, trans),
          actions: [
            action(
              CommandIDs.compareWithBefore,
              trans.__('Compare with the one before'),
              changesIcon
            ),
            action(
              CommandIDs.compareWithCurrent,
              trans.__('Compare with current'),
              compareIcon
            ),
            action(CommandIDs.restore, trans.__('Restore…'), restoreIcon),
            action(
              CommandIDs.restoreAsCopy,
              trans.__('Restore as copy…'),
              copyIcon
            ),
            ...(version.url ? [link] : [])
          ],
          body,
          scrolls: body.outerNode,
          follows
        },
        trans
      );
    };

    addVersionCommand(
      app,
      history,
      {
        id: CommandIDs.preview,
        label: trans.__('Preview Version'),
        icon: previewIcon,
        failed: trans.__('The version cannot be shown'),
        act: (subject, { follows }) =>
          withProgress(
            trans.__('Opening the version…'),
            show(subject, follows === true)
          )
      },
      trans
    );
  }
};
