import type { ILabShell, JupyterFrontEnd } from '@jupyterlab/application';
import { Dialog, MainAreaWidget } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { LabIcon } from '@jupyterlab/ui-components';
import { Panel, Widget } from '@lumino/widgets';
import { element } from './elements';

/** A button of a view's header. */
export interface IViewAction {
  readonly label: string;
  readonly icon: LabIcon;
  readonly act: () => void;
}

/** Something too wide for the side panel. */
export interface IView {
  /** A view takes the place of an earlier one with the same id. */
  readonly id: string;
  readonly title: string;
  readonly caption: string;
  readonly icon: LabIcon;
  /** What is seen, in words: the first line of the header. */
  readonly heading: string;
  readonly details: string;
  readonly actions: readonly IViewAction[];
  readonly body: Widget;
  /** The part of the body that scrolls; all of it where nothing else is said. */
  readonly scrolls?: HTMLElement;
  /** Does it follow something that keeps the keyboard? */
  readonly follows?: boolean;
}

const SCROLLS = 'bs-View-scrolls';

/** A view, of which what scrolls takes the keyboard. */
class View extends Panel {
  constructor() {
    super();
    this.addClass('bs-View');
  }

  protected override onActivateRequest(): void {
    this.node.querySelector<HTMLElement>(`.${SCROLLS}`)?.focus();
  }
}

/**
 * Show a view: a tab where there is a main area for tabs, else a dialog.
 *
 * The page of Notebook 7 holds one document, so it gets the dialog.
 */
export function present(
  app: JupyterFrontEnd,
  labShell: ILabShell | null,
  view: IView,
  trans: TranslationBundle
): void {
  if (labShell) {
    presentInTab(app, view);
  } else {
    presentInDialog(view, trans);
  }
}

function presentInTab(app: JupyterFrontEnd, view: IView): void {
  const widget = openTab(app, view);
  const { content } = widget;
  const hadKeyboard = content.node.contains(document.activeElement);
  for (const old of [...content.widgets]) {
    old.dispose();
  }
  fill(content, view, action => action.act());
  if (!view.follows) {
    app.shell.activateById(widget.id);
  } else if (hadKeyboard) {
    content.activate();
  }
}

/** The tab with this id; a view takes the place of what is shown there. */
function openTab(app: JupyterFrontEnd, view: IView): MainAreaWidget<Panel> {
  for (const open of app.shell.widgets('main')) {
    if (open.id === view.id) {
      setTitle(open, view);
      return open as MainAreaWidget<Panel>;
    }
  }
  const widget = new MainAreaWidget<Panel>({ content: new View() });
  widget.id = view.id;
  widget.title.closable = true;
  widget.toolbar.hide();
  setTitle(widget, view); // before there is a tab, for an icon that comes later is not in line
  app.shell.add(widget, 'main');
  return widget;
}

function setTitle({ title }: Widget, { title: label, caption, icon }: IView) {
  title.label = label;
  title.caption = caption;
  title.icon = icon;
}

function presentInDialog(view: IView, trans: TranslationBundle): void {
  // One dialog is open at a time: what an action shows comes after this one.
  const body = new View();
  fill(body, view, action => {
    dialog.reject();
    void closed.then(() => action.act());
  });
  body.addClass('bs-mod-dialog');
  const dialog = new Dialog({
    title: view.title,
    body,
    buttons: [Dialog.okButton({ label: trans.__('Close') })],
    focusNodeSelector: `.${SCROLLS}`
  });
  dialog.addClass('bs-ViewDialog');
  const closed = dialog.launch();
  // What had the focus may be gone, and the dialog listens only to what has it.
  const escape = ({ key, target }: KeyboardEvent) => {
    if (key === 'Escape' && target === document.body) {
      dialog.reject();
    }
  };
  document.addEventListener('keydown', escape);
  dialog.disposed.connect(() =>
    document.removeEventListener('keydown', escape)
  );
}

function fill(
  panel: Panel,
  view: IView,
  act: (action: IViewAction) => void
): void {
  panel.addWidget(header(view, act));
  view.body.addClass('bs-View-body');
  const scrolls = view.scrolls ?? view.body.node;
  scrolls.classList.add(SCROLLS);
  scrolls.tabIndex = 0;
  panel.addWidget(view.body);
}

function header(view: IView, act: (action: IViewAction) => void): Widget {
  const node = element('div', '');
  const texts = element('div', 'bs-View-texts');
  texts.append(
    element('div', 'bs-View-heading', view.heading),
    element('div', 'bs-View-details', view.details)
  );
  const actions = element('div', 'bs-View-actions');
  for (const action of view.actions) {
    const button = element('button', 'bs-View-action');
    button.append(action.icon.element({ tag: 'span' }), action.label);
    button.addEventListener('click', () => act(action));
    actions.append(button);
  }
  node.append(texts, actions);
  const widget = new Widget({ node });
  widget.addClass('bs-View-header');
  return widget;
}
