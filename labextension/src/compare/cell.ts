import { Panel, Widget } from '@lumino/widgets';
import { element } from '../ui/elements';
import { drawAttachments, drawAttachmentsPart } from './attachments';
import { changesIn } from './changes';
import { foldedAway, guarded, IDrawing, note } from './drawing';
import { drawFields, nameOf } from './fields';
import { Cell, CellChange, isCount, isObject, IPart, textOf } from './model';
import { EitherWay, rendered, renderedPair } from './markdown';
import { drawOutputs, drawOutputsPart } from './outputs';
import { jsonView, textPair, TextView } from './texts';

/** What a change of a cell looks like. */
export function drawChange(change: CellChange, drawing: IDrawing): Widget {
  if (change.kind !== 'changed') {
    return drawCell(change.cell, drawing);
  }
  const { after } = change;
  const seen = change.parts.filter(part => !isCount(part));
  const parts = seen.length > 0 ? seen : change.parts;
  const drawn = drawParts(parts, after, drawing);
  if (!parts.some(({ key }) => key === 'source')) {
    drawn.insertWidget(0, context(after, drawing));
  }
  return drawn;
}

/** The source of a cell of which something else changed, so that one knows which it is. */
function context(cell: Cell, drawing: IDrawing): Widget {
  const source = guarded(() => sourceView(cell, drawing), cell.source, drawing);
  source.addClass('bs-Diff-context');
  return source;
}

/** What changed, key by key. */
export function drawParts(
  parts: readonly IPart[],
  cell: Cell,
  drawing: IDrawing
): Panel {
  const drawn = new Panel();
  for (const part of parts) {
    const isNamed = NAMED.has(part.key);
    const add = (widget: Widget) => {
      widget.node.dataset.part = part.key;
      drawn.addWidget(widget);
    };
    if (isNamed) {
      add(partName(nameOf(part.key, drawing.trans)));
    }
    const raw = { before: part.before, after: part.after };
    add(guarded(() => drawPart(part, cell, drawing), raw, drawing));
  }
  return drawn;
}

/** What gets a line with its name; a source needs none, and fields bring theirs. */
const NAMED = new Set(['attachments', 'outputs']);

function drawPart(part: IPart, cell: Cell, drawing: IDrawing): Widget {
  switch (part.key) {
    case 'source':
      return drawSourcePart(part, cell, drawing);
    case 'outputs':
      return drawOutputsPart(part, drawing);
    case 'attachments':
      return drawAttachmentsPart(part, drawing);
    default:
      return drawFields([part], drawing);
  }
}

function drawSourcePart(part: IPart, cell: Cell, drawing: IDrawing): Widget {
  const [before, after] = [part.before, part.after].map(textOf);
  const written = () => {
    const shown = sourceText(after, cell, drawing);
    return textPair({ ...shown, before, changes: changesIn(part) }, drawing);
  };
  return isMarkdown(cell)
    ? new EitherWay(
        written,
        () => renderedPair(before, after, drawing),
        { before, after },
        drawing
      )
    : written();
}

/** A whole cell. */
function drawCell(cell: Cell, drawing: IDrawing): Widget {
  const { source, outputs, attachments, metadata, execution_count, ...others } =
    cell;
  const drawn = new Panel();
  const add = (value: unknown, draw: () => Widget, part = '') => {
    const widget = guarded(draw, value, drawing);
    widget.node.dataset.part = part;
    drawn.addWidget(widget);
  };
  add(source, () => sourceView(cell, drawing));
  if (attachments !== undefined) {
    add(attachments, () => drawAttachments(attachments, drawing));
  }
  if (Array.isArray(outputs) ? outputs.length > 0 : outputs !== undefined) {
    add(outputs, () => drawOutputs(outputs, drawing), 'outputs');
  }
  if (execution_count !== undefined && execution_count !== null) {
    const name = nameOf('execution_count', drawing.trans);
    drawn.addWidget(note(`${name}: ${textOf(execution_count)}`));
  }
  const facts = factsOf(metadata, others);
  if (Object.keys(facts).length > 0) {
    const label = drawing.trans.__('Metadata');
    const draw = () => jsonView(facts, label, drawing);
    drawn.addWidget(foldedAway(label, facts, draw, drawing));
  }
  return drawn;
}

/** What a cell has beside what is seen of it. */
function factsOf(metadata: unknown, others: Cell): { [key: string]: unknown } {
  const facts = Object.entries(others).filter(
    ([key]) => !['id', 'cell_type'].includes(key)
  );
  const isEmpty = isObject(metadata) && Object.keys(metadata).length === 0;
  return {
    ...Object.fromEntries(facts),
    ...(isEmpty || metadata === undefined ? {} : { metadata })
  };
}

function sourceView(cell: Cell, drawing: IDrawing): Widget {
  const text = textOf(cell.source);
  const written = () => new TextView(sourceText(text, cell, drawing), drawing);
  return isMarkdown(cell)
    ? new EitherWay(written, () => rendered(text, drawing), text, drawing)
    : written();
}

/** Is it a cell that may be shown as it reads? */
export function isMarkdown(cell: Cell): boolean {
  return cell.cell_type === 'markdown';
}

function sourceText(
  text: string,
  { cell_type }: Cell,
  { codeMimeType, trans }: IDrawing
): { text: string; mimeType: string; label: string } {
  const label = trans.__('Source');
  if (cell_type === 'code') {
    return { text, mimeType: codeMimeType, label };
  }
  const mimeType = cell_type === 'markdown' ? 'text/x-ipythongfm' : '';
  return { text, mimeType, label };
}

function partName(text: string): Widget {
  return new Widget({ node: element('div', 'bs-Diff-partName', text) });
}
