import { Widget } from '@lumino/widgets';

const GAP_PX = 4;

/** A small window beside what was clicked; Escape or a click elsewhere closes it. */
export class Popup extends Widget {
  constructor(
    private readonly _body: Widget,
    private readonly _anchor: HTMLElement
  ) {
    super();
    this.addClass('jp-ThemedContainer');
    this.addClass('bs-Popup');
    this.node.setAttribute('role', 'dialog');
    this.node.tabIndex = -1;
  }

  /** Show it, and take the keyboard. */
  open(label: string): void {
    this.node.setAttribute('aria-label', label);
    Widget.attach(this, document.body);
    Widget.attach(this._body, this.node);
    document.addEventListener('mousedown', this, true);
    document.addEventListener('keydown', this, true);
    window.addEventListener('resize', this);
    this._sizes.observe(this.node);
    this.node.focus();
  }

  /** Close it, and give the keyboard back. */
  override dispose(): void {
    if (this.isDisposed) {
      return;
    }
    document.removeEventListener('mousedown', this, true);
    document.removeEventListener('keydown', this, true);
    window.removeEventListener('resize', this);
    this._sizes.disconnect();
    const hadFocus = this.node.contains(document.activeElement);
    Widget.detach(this._body);
    this._body.dispose();
    super.dispose();
    if (hadFocus) {
      this._anchor.focus();
    }
  }

  handleEvent(event: Event): void {
    const target = event.target as Node;
    switch (event.type) {
      case 'resize':
        this._place();
        break;
      case 'mousedown':
        if (!this.node.contains(target) && !this._anchor.contains(target)) {
          this.dispose();
        }
        break;
      case 'keydown':
        if ((event as KeyboardEvent).key === 'Escape') {
          event.stopPropagation();
          this.dispose();
        }
    }
  }

  /** Away from the edges of the window at which what was clicked stands. */
  private _place(): void {
    const anchor = this._anchor.getBoundingClientRect();
    const { innerWidth, innerHeight } = window;
    const style = this.node.style;
    if (anchor.left > innerWidth / 2) {
      style.right = `${this._inside(innerWidth - anchor.right)}px`;
    } else {
      style.left = `${this._inside(anchor.left)}px`;
    }
    if (anchor.top > innerHeight / 2) {
      style.bottom = `${innerHeight - anchor.top + GAP_PX}px`;
    } else {
      style.top = `${anchor.bottom + GAP_PX}px`;
    }
  }

  private _inside(distance: number): number {
    const room = window.innerWidth - this.node.offsetWidth - GAP_PX;
    return Math.max(GAP_PX, Math.min(distance, room));
  }

  private readonly _sizes = new ResizeObserver(() => this._place());
}
