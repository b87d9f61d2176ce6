import { Change, diff, MergeView, unifiedMergeView } from '@codemirror/merge';
import { Compartment, EditorState, Extension } from '@codemirror/state';
import {
  EditorView,
  highlightSpecialChars,
  lineNumbers
} from '@codemirror/view';
import { jupyterTheme } from '@jupyterlab/codemirror';
import type { Message } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import type { IChange } from './changes';
import { failure, IDrawing, note, panel } from './drawing';

/** Below this width two texts are shown in one column. */
const NARROW_PX = 560;
/** In longer texts the runs of unchanged lines are folded. */
const COLLAPSE = { margin: 3, minSize: 6 };
/** A text is compared so long; then the changes that are shown are coarser. */
const TIMEOUT_MS = 200;
const DIFF = { scanLimit: 500, timeout: TIMEOUT_MS };
/** The server marks no change within a longer line. */
const LONGEST_MARK = 1000;
/** To wrap a longer line takes an editor much time and memory. */
const LONGEST_WRAPPED = 10_000;
/** Longer texts get no colours: a language's parser would go on for minutes. */
const MAX_HIGHLIGHTED = 500_000;

export interface IText {
  readonly text: string;
  readonly mimeType: string;
  /** What it is, for who does not see it. */
  readonly label: string;
}

export interface ITextPair extends IText {
  readonly before: string;
  /** Where the server says that it changed; null where it says only that it did. */
  readonly changes: readonly IChange[] | null;
}

/** A text that is only looked at. */
export class TextView extends Widget {
  constructor(shown: IText, drawing: IDrawing) {
    super();
    this.addClass('bs-Diff-text');
    const extensions = extensionsFor(shown, shown.text, drawing);
    this._view = new EditorView({
      doc: shown.text,
      extensions: extensions.all,
      parent: this.node
    });
    void extensions.highlight([this._view]);
  }

  override dispose(): void {
    this._view.destroy();
    super.dispose();
  }

  private readonly _view: EditorView;
}

/** Two texts and what changed between them: side by side, or in one column where it is narrow. */
export class TextPairView extends Widget {
  constructor(
    private readonly _pair: ITextPair,
    private readonly _drawing: IDrawing
  ) {
    super();
    this.addClass('bs-Diff-text');
    this.node.addEventListener('keydown', pressCollapsed);
  }

  override dispose(): void {
    this._view?.destroy();
    super.dispose();
  }

  protected override onAfterAttach(msg: Message): void {
    super.onAfterAttach(msg);
    this._observer.observe(this.node);
    this._draw();
  }

  protected override onBeforeDetach(msg: Message): void {
    this._observer.disconnect();
    super.onBeforeDetach(msg);
  }

  private _draw(): void {
    const { clientWidth } = this.node;
    const isNarrow = clientWidth > 0 && clientWidth < NARROW_PX;
    if (this._view && (isNarrow === this._isNarrow || clientWidth === 0)) {
      return;
    }
    this._view?.destroy();
    this._view = null;
    this._isNarrow = isNarrow;
    try {
      this._view = isNarrow ? this._unified() : this._sideBySide();
    } catch (error) {
      const { before, text } = this._pair;
      this._observer.disconnect();
      const told = failure({ before, text }, error, this._drawing.trans);
      this.node.replaceChildren(told.node);
    }
  }

  private _sideBySide(): MergeView {
    const { before, text } = this._pair;
    const [a, b] = [before, text].map(() => this._extensions());
    const view = new MergeView({
      a: { doc: before, extensions: a.all },
      b: { doc: text, extensions: b.all },
      parent: this.node,
      collapseUnchanged: COLLAPSE,
      diffConfig: differ(this._pair)
    });
    void a.highlight([view.a]);
    void b.highlight([view.b]);
    const [chunk] = view.chunks;
    const [first] = chunk?.changes ?? [];
    if (first) {
      showColumn(view.a, chunk.fromA + first.fromA);
      showColumn(view.b, chunk.fromB + first.fromB);
    }
    return view;
  }

  private _unified(): EditorView {
    const { before, text } = this._pair;
    const made = this._extensions();
    const merged = unifiedMergeView({
      original: asDocument(before, made.all),
      mergeControls: false,
      collapseUnchanged: COLLAPSE,
      diffConfig: differ(this._pair)
    });
    const view = new EditorView({
      doc: text,
      extensions: [made.all, merged],
      parent: this.node
    });
    void made.highlight([view]);
    return view;
  }

  private _extensions(): IExtensions {
    const { before, text } = this._pair;
    return extensionsFor(this._pair, before + text, this._drawing);
  }

  private _view: MergeView | EditorView | null = null;
  private _isNarrow = false;
  private readonly _observer = new ResizeObserver(() => this._draw());
}

/** Two texts side by side, with a word where the eye sees no difference. */
export function textPair(pair: ITextPair, drawing: IDrawing): Widget {
  const view = new TextPairView(pair, drawing);
  return pair.before === pair.text
    ? panel(
        'bs-Diff-same',
        note(drawing.trans.__('Only how it is written in the file differs.')),
        view
      )
    : view;
}

/** How an editor compares two texts: as the server did, where it counts the same lines. */
function differ({ before, text, changes }: ITextPair): typeof DIFF & {
  override?: (a: string, b: string) => readonly Change[];
} {
  return changes && !before.includes('\r') && !text.includes('\r')
    ? { ...DIFF, override: (a, b) => refined(a, b, changes) }
    : DIFF;
}

/** Was it marked within a line by the server? */
function isMark(old: string, now: string): boolean {
  return (
    Math.max(old.length, now.length) < LONGEST_MARK &&
    !old.includes('\n') &&
    !now.includes('\n')
  );
}

/** The same changes; where lines became others, what changed within them. */
function refined(
  a: string,
  b: string,
  changes: readonly IChange[]
): readonly Change[] {
  const deadline = Date.now() + TIMEOUT_MS;
  return changes.flatMap(({ fromA, toA, fromB, toB }) => {
    const [old, now] = [a.slice(fromA, toA), b.slice(fromB, toB)];
    const timeout = deadline - Date.now();
    return old === '' || now === '' || isMark(old, now) || timeout <= 0
      ? [new Change(fromA, toA, fromB, toB)]
      : diff(old, now, { ...DIFF, timeout }).map(
          change =>
            new Change(
              fromA + change.fromA,
              fromA + change.toA,
              fromB + change.fromB,
              fromB + change.toB
            )
        );
  });
}

/** Any value as JSON. */
export function jsonView(
  value: unknown,
  label: string,
  drawing: IDrawing
): Widget {
  const text = JSON.stringify(value, null, 2) ?? '';
  return new TextView({ text, mimeType: 'application/json', label }, drawing);
}

interface IExtensions {
  readonly all: Extension;
  /** Colour the text, once its language is loaded. */
  highlight(views: readonly EditorView[]): Promise<void>;
}

function extensionsFor(
  { text, mimeType, label }: IText,
  both: string,
  { languages }: IDrawing
): IExtensions {
  const language = new Compartment();
  const all = [
    jupyterTheme,
    language.of([]),
    lineNumbers(),
    highlightSpecialChars(),
    hasOddLineEnds(both) ? EditorState.lineSeparator.of('\n') : [],
    hasLongLine(both) ? [] : EditorView.lineWrapping,
    EditorState.readOnly.of(true),
    EditorView.editable.of(false),
    EditorView.contentAttributes.of({
      tabindex: '0',
      'aria-label': label,
      'aria-readonly': 'true'
    }),
    EditorView.updateListener.of(({ view }) => makeReachable(view.dom))
  ];
  const highlight = async (views: readonly EditorView[]) => {
    const found =
      text.length <= MAX_HIGHLIGHTED && mimeType
        ? await languages?.getLanguage(mimeType)
        : null;
    const support = found?.support;
    if (support) {
      views.forEach(view =>
        view.dispatch({ effects: language.reconfigure(support) })
      );
    }
  };
  return { all, highlight };
}

/** Do lines end in more than one way?  Then the ends are shown, as they may be what differs. */
function hasOddLineEnds(text: string): boolean {
  return text.includes('\r') && /\r(?!\n)|(?<!\r)\n/.test(text);
}

/** Scroll a line that is not wrapped to where it changed. */
function showColumn(view: EditorView, position: number): void {
  const { doc } = view.state;
  const line = doc.lineAt(Math.min(position, doc.length));
  if (!view.lineWrapping && line.length > LONGEST_WRAPPED) {
    view.requestMeasure({
      read: ({ defaultCharacterWidth, dom }) =>
        (position - line.from) * defaultCharacterWidth - dom.clientWidth / 2,
      write: left => {
        view.scrollDOM.scrollLeft = left;
      }
    });
  }
}

/** Is there a line that is too long to be wrapped? */
function hasLongLine(text: string): boolean {
  let start = 0;
  while (text.length - start > LONGEST_WRAPPED) {
    const end = text.lastIndexOf('\n', start + LONGEST_WRAPPED);
    if (end < start) {
      return true;
    }
    start = end + 1;
  }
  return false;
}

/** A document with the lines that an editor with these extensions has. */
function asDocument(text: string, extensions: Extension): EditorState['doc'] {
  return EditorState.create({ doc: text, extensions }).doc;
}

/** Let the keyboard reach the folded runs of lines, which are made for the mouse. */
function makeReachable(node: HTMLElement): void {
  for (const folded of node.querySelectorAll<HTMLElement>(
    '.cm-collapsedLines:not([tabindex])'
  )) {
    folded.tabIndex = 0;
    folded.setAttribute('role', 'button');
  }
}

function pressCollapsed(event: KeyboardEvent): void {
  const { target, key } = event;
  if (
    (key === 'Enter' || key === ' ') &&
    target instanceof HTMLElement &&
    target.classList.contains('cm-collapsedLines')
  ) {
    event.preventDefault();
    target.click();
  }
}
