import { diff } from '@codemirror/merge';
import { Panel, Widget } from '@lumino/widgets';
import { failure, guarded, IDrawing, panel, sides } from './drawing';

const MARKDOWN = 'text/markdown';
/** What is made of parts of its own, which are compared one by one. */
const MADE_OF_PARTS =
  'ul, ol, table, thead, tbody, blockquote, dl, details, div';
/** More parts than that are not compared: each is a letter of a text. */
const MOST_PARTS = 20_000;
const FIRST_LETTER = 0x100;
const TIMEOUT_MS = 200;

/** A Markdown cell's source: as it is written or, when that is asked for, as it reads. */
export class EitherWay extends Panel {
  constructor(
    private readonly _written: () => Widget,
    private readonly _read: () => Widget,
    private readonly _raw: unknown,
    private readonly _drawing: IDrawing
  ) {
    super();
    _drawing.reading.changed.connect(this._show, this);
    this._show();
  }

  override dispose(): void {
    this._drawing.reading.changed.disconnect(this._show, this);
    super.dispose();
  }

  /** What is shown is drawn once. */
  private _show(): void {
    const { isOn } = this._drawing.reading;
    if (!this._drawn.has(isOn)) {
      const draw = isOn ? this._read : this._written;
      const widget = guarded(draw, this._raw, this._drawing);
      this._drawn.set(isOn, widget);
      this.addWidget(widget);
    }
    this._drawn.forEach((widget, of) => widget.setHidden(of !== isOn));
  }

  private readonly _drawn = new Map<boolean, Widget>();
}

/** Markdown as it reads, to somebody who does not trust it. */
export function rendered(text: string, drawing: IDrawing): Widget {
  return drawn(text, drawing).widget;
}

/** Markdown as it reads, side by side; parts that are on one side only are marked. */
export function renderedPair(
  before: string,
  after: string,
  drawing: IDrawing
): Widget {
  const [left, right] = [before, after].map(text => drawn(text, drawing));
  drawing.await(
    Promise.all([left.done, right.done]).then(() =>
      markParts(left.widget.node, right.widget.node)
    )
  );
  const pair = sides(left.widget, right.widget);
  pair.addClass('bs-mod-read');
  return pair;
}

function drawn(
  text: string,
  drawing: IDrawing
): { widget: Widget; done: Promise<void> } {
  const { rendermime, trans } = drawing;
  const renderer = rendermime.createRenderer(MARKDOWN);
  const data = { [MARKDOWN]: text };
  const model = rendermime.createModel({ data, trusted: false });
  const widget = panel('bs-Diff-read', renderer);
  // Jupyter leaves forms in, and one that is sent takes the page away.
  widget.node.addEventListener('submit', event => event.preventDefault());
  const done = renderer.renderModel(model).catch((error: unknown) => {
    renderer.dispose();
    widget.addWidget(failure(text, error, trans));
  });
  drawing.await(done);
  return { widget, done };
}

/** Mark the parts of two renderings that are on one side only. */
export function markParts(before: Element, after: Element): void {
  const [old, now] = [before, after].map(partsIn);
  if (old.length + now.length > MOST_PARTS) {
    return;
  }
  const letters = new Map<string, string>();
  const textOf = (parts: readonly Element[]) =>
    parts.map(part => letterOf(part.outerHTML, letters)).join('');
  const changes = diff(textOf(old), textOf(now), { timeout: TIMEOUT_MS });
  for (const { fromA, toA, fromB, toB } of changes) {
    old.slice(fromA, toA).forEach(mark('bs-mod-removed'));
    now.slice(fromB, toB).forEach(mark('bs-mod-added'));
  }
}

function mark(className: string): (part: Element) => void {
  return part => part.classList.add('bs-Diff-readPart', className);
}

function letterOf(html: string, letters: Map<string, string>): string {
  const letter =
    letters.get(html) ?? String.fromCharCode(FIRST_LETTER + letters.size);
  letters.set(html, letter);
  return letter;
}

/** The smallest parts that have lines of their own: paragraphs, headings, items, rows. */
function partsIn(node: Element): Element[] {
  return Array.from(node.children).flatMap(child => {
    const isMade = child.matches(MADE_OF_PARTS) && child.children.length > 0;
    return isMade ? partsIn(child) : [child];
  });
}
