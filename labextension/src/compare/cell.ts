import { Panel, Widget } from '@lumino/widgets';
import { drawAttachments, drawAttachmentsPart } from './attachments';
import { element, foldedAway, guarded, IDrawing, note } from './drawing';
import { drawFields, nameOf } from './fields';
import { Cell, CellChange, isObject, IPart, textOf } from './model';
import { drawOutputs, drawOutputsPart } from './outputs';
import { textPair, TextView } from './texts';

/** What a change of a cell looks like. */
export function drawChange(change: CellChange, drawing: IDrawing): Widget {
  return change.kind === 'changed'
    ? drawParts(change.parts, change.after, drawing)
    : drawCell(change.cell, drawing);
}

/** What changed, key by key. */
export function drawParts(
  parts: readonly IPart[],
  cell: Cell,
  drawing: IDrawing
): Widget {
  const drawn = new Panel();
  for (const part of parts) {
    const isNamed = NAMED.has(part.key);
    if (isNamed) {
      drawn.addWidget(partName(nameOf(part.key, drawing.trans)));
    }
    const raw = { before: part.before, after: part.after };
    drawn.addWidget(guarded(() => drawPart(part, cell, drawing), raw, drawing));
  }
  return drawn;
}

/** What gets a line with its name; a source needs none, and fields bring theirs. */
const NAMED = new Set(['attachments', 'outputs']);

function drawPart(part: IPart, cell: Cell, drawing: IDrawing): Widget {
  switch (part.key) {
    case 'source': {
      const shown = sourceText(textOf(part.after), cell, drawing);
      return textPair(textOf(part.before), shown, drawing);
    }
    case 'outputs':
      return drawOutputsPart(part, drawing);
    case 'attachments':
      return drawAttachmentsPart(part, drawing);
    default:
      return drawFields([part], drawing);
  }
}

/** A whole cell. */
function drawCell(cell: Cell, drawing: IDrawing): Widget {
  const { source, outputs, attachments, metadata, execution_count, ...others } =
    cell;
  const drawn = new Panel();
  const add = (value: unknown, draw: () => Widget) =>
    drawn.addWidget(guarded(draw, value, drawing));
  add(source, () => {
    const shown = sourceText(textOf(source), cell, drawing);
    return new TextView(shown, drawing);
  });
  if (isObject(attachments)) {
    add(attachments, () => drawAttachments(attachments));
  }
  if (Array.isArray(outputs) ? outputs.length > 0 : outputs !== undefined) {
    add(outputs, () => drawOutputs(outputs, drawing));
  }
  if (execution_count !== undefined && execution_count !== null) {
    const name = nameOf('execution_count', drawing.trans);
    drawn.addWidget(note(`${name}: ${textOf(execution_count)}`));
  }
  const facts = factsOf(metadata, others);
  if (Object.keys(facts).length > 0) {
    const { trans } = drawing;
    drawn.addWidget(
      foldedAway(trans.__('Metadata'), () => {
        const text = JSON.stringify(facts, null, 2);
        const mimeType = 'application/json';
        const label = trans.__('Metadata');
        return new TextView({ text, mimeType, label }, drawing);
      })
    );
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
