import type { TranslationBundle } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';
import { element } from '../ui/elements';
import { nextIcon, previousIcon } from '../ui/icons';
import type { Reading } from './reading';
import type { LabIcon } from '@jupyterlab/ui-components';

const CHANGES =
  '.bs-Diff-cell[data-kind]:not(.bs-Diff.bs-mod-noOutputs .bs-mod-outputsOnly)';
const ASIDE_PX = 4;

/** What leads from change to change of a comparison, and hides its outputs. */
export class DiffTools extends Widget {
  /** `view` is what scrolls; its changes stand in it in order. */
  constructor(
    private readonly _view: HTMLElement,
    private readonly _reading: Reading,
    private readonly _trans: TranslationBundle
  ) {
    super({ node: element('div', 'bs-Diff-tools') });
    this._count.setAttribute('role', 'status');
    this.node.append(
      this._button(previousIcon, _trans.__('Previous change (P)'), -1),
      this._button(nextIcon, _trans.__('Next change (N)'), 1),
      this._count,
      this._switches
    );
    this._switches.append(
      this._switch(_trans.__('Hide outputs'), isOn => {
        this._view.classList.toggle('bs-mod-noOutputs', isOn);
        this.count();
      })
    );
    _view.addEventListener('keydown', event => this._onKeyDown(event));
  }

  /** Tell how many changes there are; asked for once they stand in the view. */
  count(): void {
    const count = this._changes().length;
    this._count.textContent = this._trans._n('%1 change', '%1 changes', count);
    for (const button of this.node.querySelectorAll('button')) {
      button.disabled = count === 0;
    }
  }

  /** Let Markdown be shown as it reads; asked for where there is any. */
  offerReading(): void {
    this._switches.prepend(
      this._switch(this._trans.__('Rendered Markdown'), isOn => {
        this._reading.isOn = isOn;
      })
    );
  }

  /** Go to the next change, or with -1 to the one before. */
  go(direction: 1 | -1): void {
    const changes = this._changes();
    const top = this._view.getBoundingClientRect().top + this._headHeight();
    const places = changes.map(
      change => change.getBoundingClientRect().top - top
    );
    const index =
      direction === 1
        ? places.findIndex(place => place > ASIDE_PX)
        : places.filter(place => place < -ASIDE_PX).length - 1;
    const current = changes.indexOf(document.activeElement as HTMLElement);
    // At the end of the view, where it cannot scroll further, the focus goes on.
    const isAtEnd =
      direction === 1 &&
      current >= 0 &&
      this._view.scrollTop + this._view.clientHeight >=
        this._view.scrollHeight - 1;
    this._show(changes, isAtEnd ? current + 1 : index);
  }

  private _show(changes: readonly HTMLElement[], index: number): void {
    const change = changes[index];
    if (!change) {
      return;
    }
    change.tabIndex = -1;
    change.focus({ preventScroll: true });
    const { top } = this._view.getBoundingClientRect();
    this._view.scrollTop +=
      change.getBoundingClientRect().top - top - this._headHeight();
    this._count.textContent = this._trans.__(
      '%1 of %2',
      index + 1,
      changes.length
    );
  }

  private _changes(): HTMLElement[] {
    return Array.from(this._view.querySelectorAll<HTMLElement>(CHANGES));
  }

  private _headHeight(): number {
    return this.node.closest<HTMLElement>('.bs-Diff-head')?.offsetHeight ?? 0;
  }

  private _button(
    icon: LabIcon,
    title: string,
    direction: 1 | -1
  ): HTMLButtonElement {
    const button = element('button', 'bs-Diff-tool');
    button.type = 'button';
    button.title = title;
    button.setAttribute('aria-label', title);
    button.append(icon.element({ tag: 'span' }));
    button.addEventListener('click', () => this.go(direction));
    return button;
  }

  private _switch(name: string, act: (isOn: boolean) => void): HTMLElement {
    const label = element('label', 'bs-Diff-switch');
    const box = element('input', '');
    box.type = 'checkbox';
    box.addEventListener('change', () => act(box.checked));
    label.append(box, name);
    return label;
  }

  private _onKeyDown(event: KeyboardEvent): void {
    const { target, ctrlKey, metaKey, altKey } = event;
    const isTyped = target instanceof HTMLInputElement;
    const direction = ({ n: 1, p: -1 } as const)[event.key as 'n' | 'p'];
    if (direction && !isTyped && !ctrlKey && !metaKey && !altKey) {
      this.go(direction);
      event.preventDefault();
      event.stopPropagation();
    }
  }

  private readonly _switches = element('div', 'bs-Diff-switches');
  private readonly _count = element('span', 'bs-Diff-count');
}
