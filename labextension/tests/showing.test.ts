// @vitest-environment jsdom
import './page';
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { IFileBrowserFactory } from '@jupyterlab/filebrowser';
import { ContentsManager, Drive } from '@jupyterlab/services';
import { CommandRegistry } from '@lumino/commands';
import { afterEach, expect, it } from 'vitest';
import { historyPlugin } from '../src/history';
import { CommandIDs } from '../src/versions/token';

/** A page whose file browser shows the drive of shared notebooks, with one of them selected. */
function pageWithSelected(path: string): {
  app: JupyterFrontEnd;
  browsers: IFileBrowserFactory;
} {
  const contents = new ContentsManager();
  contents.addDrive(new Drive({ name: 'RTC' }));
  const nothing = () => undefined;
  const app = {
    commands: new CommandRegistry(),
    contextMenu: { addItem: nothing },
    serviceManager: { contents, serverSettings: contents.serverSettings },
    shell: { add: nothing, activateById: nothing }
  };
  const currentWidget = { selectedItems: () => [{ type: 'notebook', path }] };
  return {
    app: app as unknown as JupyterFrontEnd,
    browsers: { tracker: { currentWidget } } as unknown as IFileBrowserFactory
  };
}

// The command still means to focus the panel: whoever acts keeps it from that.
afterEach(() => document.dispatchEvent(new Event('keydown')));

it('shows the history of a shared notebook that is selected in the file browser', async () => {
  const { app, browsers } = pageWithSelected('RTC:folder/a.ipynb');
  const tokens = historyPlugin.optional!.map(({ name }) =>
    name.endsWith('IFileBrowserFactory') ? browsers : null
  );
  const history = await historyPlugin.activate(app, ...tokens);
  await app.commands.execute(CommandIDs.show, { selected: true });
  expect(history.model.path).toBe('folder/a.ipynb');
});
