import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { MimeModel } from '@jupyterlab/rendermime';
import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Message } from '@lumino/messaging';
import { Panel, Widget } from '@lumino/widgets';
import { foldBar } from './elements';
import { countLines, folded, piecesOf } from './longtext';
import { formatSize } from './sizes';

const TEXTS = [
  'application/vnd.jupyter.stdout',
  'application/vnd.jupyter.stderr',
  'text/plain'
];
/** What cannot be drawn in part. */
const WHOLES = ['text/html', 'image/svg+xml', 'application/json'];
const MAX_WHOLE_CHARACTERS = 500_000;
/** Higher than a piece's: what is drawn is measured, this holds its place before. */
const LINE_HEIGHT_PX = 17;

/** A copy of a registry that draws long outputs in part, and the rest when it is asked for. */
export function foldingLongOutputs(
  rendermime: IRenderMimeRegistry,
  trans: TranslationBundle
): IRenderMimeRegistry {
  const copy = rendermime.clone();
  const wrap = (
    mimeType: string,
    fold: (
      own: IRenderMime.IRendererFactory,
      options: IRenderMime.IRendererOptions
    ) => IRenderMime.IRenderer
  ) => {
    const own = copy.getFactory(mimeType);
    if (own) {
      const createRenderer = (options: IRenderMime.IRendererOptions) =>
        fold(own, options);
      const factory = { ...ownFacts(own), mimeTypes: [mimeType] };
      copy.addFactory({ ...factory, createRenderer }, copy.getRank(mimeType));
    }
  };
  for (const mimeType of TEXTS) {
    wrap(mimeType, (own, options) => new FoldedText(own, options, trans));
  }
  for (const mimeType of WHOLES) {
    wrap(mimeType, (own, options) => new FoldedWhole(own, options, trans));
  }
  return copy;
}

function ownFacts({
  safe,
  defaultRank
}: IRenderMime.IRendererFactory): Pick<
  IRenderMime.IRendererFactory,
  'safe' | 'defaultRank'
> {
  return { safe, defaultRank };
}

/** Draws a MIME type with another factory's renderers, or a bar in place of what is long. */
abstract class Folding extends Panel implements IRenderMime.IRenderer {
  constructor(
    private readonly _own: IRenderMime.IRendererFactory,
    protected readonly options: IRenderMime.IRendererOptions,
    protected readonly trans: TranslationBundle
  ) {
    super();
    this.addClass('bs-Folding');
  }

  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    while (this.widgets.length > 0) {
      this.widgets[0].dispose();
    }
    await this.draw(model);
  }

  protected abstract draw(model: IRenderMime.IMimeModel): Promise<void>;

  /** Draw a model, or the part of its text that is given, in a widget of its own. */
  protected part(
    model: IRenderMime.IMimeModel,
    text?: string
  ): { widget: Widget; drawn: Promise<void> } {
    const widget = this._own.createRenderer(this.options);
    const data = { ...model.data, [this.options.mimeType]: text };
    const { metadata, trusted } = model;
    const shown =
      text === undefined ? model : new MimeModel({ data, metadata, trusted });
    return { widget, drawn: widget.renderModel(shown) };
  }

  protected async add(
    model: IRenderMime.IMimeModel,
    text?: string
  ): Promise<void> {
    const { widget, drawn } = this.part(model, text);
    this.addWidget(widget);
    await drawn;
  }
}

class FoldedText extends Folding {
  protected async draw(model: IRenderMime.IMimeModel): Promise<void> {
    const text = textIn(model, this.options.mimeType);
    const parts = folded(text);
    if (!parts) {
      return this.add(model);
    }
    await this.add(model, parts.head);
    const bar = foldBar(
      this.trans._n('%1 line, show all', '%1 lines, show all', parts.lines),
      () => this._showAll(model, text)
    );
    this.addWidget(bar);
    if (parts.tail) {
      await this.add(model, parts.tail);
    }
  }

  private _showAll(model: IRenderMime.IMimeModel, text: string): void {
    while (this.widgets.length > 0) {
      this.widgets[0].dispose();
    }
    const pieces = new Pieces(text, piece => this.part(model, piece).widget);
    this.addWidget(pieces);
    pieces.node.focus();
  }
}

class FoldedWhole extends Folding {
  protected async draw(model: IRenderMime.IMimeModel): Promise<void> {
    const { mimeType } = this.options;
    const { length } = textIn(model, mimeType);
    if (length <= MAX_WHOLE_CHARACTERS) {
      return this.add(model);
    }
    const text = this.trans.__('%1, %2, show', mimeType, formatSize(length));
    const bar = foldBar(text, () => {
      bar.dispose();
      void this.add(model);
    });
    this.addWidget(bar);
  }
}

/** A long text in pieces; each is drawn when it comes into view. */
class Pieces extends Panel {
  constructor(
    private readonly _text: string,
    private readonly _draw: (piece: string) => Widget
  ) {
    super();
    this.addClass('bs-Pieces');
    this.node.tabIndex = 0;
    for (const { start, end } of piecesOf(_text)) {
      const lines = countLines(_text.slice(start, end));
      const place = new Panel();
      place.addClass('bs-Piece');
      place.node.style.containIntrinsicSize = `auto ${lines * LINE_HEIGHT_PX}px`;
      place.node.style.minHeight = `${lines * LINE_HEIGHT_PX}px`;
      this._places.set(place.node, { place, start, end });
      this.addWidget(place);
    }
  }

  protected override onAfterAttach(msg: Message): void {
    super.onAfterAttach(msg);
    this._observer = new IntersectionObserver(
      entries =>
        entries
          .filter(({ isIntersecting }) => isIntersecting)
          .forEach(({ target }) => this._fill(target)),
      { root: this.node, rootMargin: '500px' }
    );
    this._places.forEach((_, node) => this._observer?.observe(node));
  }

  protected override onBeforeDetach(msg: Message): void {
    this._observer?.disconnect();
    super.onBeforeDetach(msg);
  }

  private _fill(node: Element): void {
    const found = this._places.get(node);
    if (found) {
      this._places.delete(node);
      this._observer?.unobserve(node);
      found.place.node.style.minHeight = '';
      found.place.addWidget(
        this._draw(this._text.slice(found.start, found.end))
      );
    }
  }

  private _observer: IntersectionObserver | null = null;
  private readonly _places = new Map<
    Element,
    { place: Panel; start: number; end: number }
  >();
}

/** The text of a MIME type; what is no text is measured as it is written. */
function textIn(model: IRenderMime.IMimeModel, mimeType: string): string {
  const value = model.data[mimeType];
  if (typeof value === 'string') {
    return value;
  }
  return Array.isArray(value) ? value.join('') : (JSON.stringify(value) ?? '');
}
