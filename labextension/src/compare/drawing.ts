import type { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Panel, Widget } from '@lumino/widgets';
import { element, foldBar } from '../ui/elements';
import type { Reading } from './reading';

/** What every part of a comparison is drawn with. */
export interface IDrawing {
  /** Draws outputs as those of nobody who is trusted. */
  readonly rendermime: IRenderMimeRegistry;
  readonly languages: IEditorLanguageRegistry | null;
  /** The MIME type of the sources of code cells. */
  readonly codeMimeType: string;
  readonly trans: TranslationBundle;
  /** How Markdown is shown. */
  readonly reading: Reading;
  /** Say that something is drawn only later, when `work` is done. */
  readonly await: (work: Promise<unknown>) => void;
}

/** So many outputs of a cell are drawn before somebody asks for more. */
const MOST_AT_ONCE = 50;

export function panel(className: string, ...children: Widget[]): Panel {
  const made = new Panel();
  made.addClass(className);
  children.forEach(child => made.addWidget(child));
  return made;
}

export function note(text: string): Widget {
  return new Widget({ node: element('div', 'bs-Diff-note', text) });
}

/** The two sides of something; null where a side has nothing. */
export function sides(before: Widget | null, after: Widget | null): Panel {
  return panel(
    'bs-Diff-sides',
    panel('bs-Diff-side', ...(before ? [before] : [])),
    panel('bs-Diff-side', ...(after ? [after] : []))
  );
}

/** A bar in place of `raw`, which is drawn when the bar is clicked for the first time. */
export function foldedAway(
  text: string,
  raw: unknown,
  draw: () => Widget,
  drawing: IDrawing
): Panel {
  const content = new Panel();
  content.hide();
  const bar = foldBar(text, () => {
    if (content.widgets.length === 0) {
      content.addWidget(guarded(draw, raw, drawing));
    }
    content.setHidden(!content.isHidden);
    bar.node.setAttribute('aria-expanded', String(!content.isHidden));
  });
  bar.node.setAttribute('aria-expanded', 'false');
  return panel('bs-Diff-folded', bar, content);
}

/** Draw something for each value, the first ones now and the others when they are asked for. */
export function limited<T>(
  values: readonly T[],
  draw: (value: T) => Widget,
  trans: TranslationBundle
): Panel {
  const all = new Panel();
  const drawFrom = (start: number) => {
    const end = start + MOST_AT_ONCE;
    values.slice(start, end).forEach(value => all.addWidget(draw(value)));
    if (end < values.length) {
      const told = trans.__('%1 more, show', values.length - end);
      const bar = foldBar(told, () => {
        bar.dispose();
        drawFrom(end);
      });
      all.addWidget(bar);
    }
  };
  drawFrom(0);
  return all;
}

/**
 * Draw something that may fail, and say so in its place where it does.
 *
 * What is drawn is anybody's notebook, with anybody's renderers: the rest has to be seen.
 */
export function guarded(
  draw: () => Widget,
  raw: unknown,
  { trans }: IDrawing
): Widget {
  try {
    return draw();
  } catch (error) {
    return failure(raw, error, trans);
  }
}

/** What stands in place of something that cannot be drawn. */
export function failure(
  raw: unknown,
  error: unknown,
  trans: TranslationBundle
): Widget {
  console.warn('A part of a comparison cannot be drawn', error);
  const node = element('div', 'bs-Diff-failure');
  const reason = error instanceof Error ? error.message : String(error);
  const told = trans.__('This cannot be drawn, so it is shown as it is saved.');
  node.append(
    element('div', 'bs-Diff-note', `${told} (${reason})`),
    element('pre', '', (JSON.stringify(raw, null, 2) ?? '').slice(0, 20_000))
  );
  return new Widget({ node });
}
