import { Panel, Widget } from '@lumino/widgets';
import { element } from '../ui/elements';
import { IDrawing, note } from './drawing';
import { IPart, textOf, valueIn } from './model';
import { textPair } from './texts';

const LONGEST_IN_LINE = 60;

/** Changed values that nothing else shows: short ones in a line each, others as JSON. */
export function drawFields(parts: readonly IPart[], drawing: IDrawing): Widget {
  const drawn = new Panel();
  for (const part of parts) {
    drawn.addWidget(
      isShort(part.before) && isShort(part.after)
        ? inLine(part, drawing)
        : asJSON(part, drawing)
    );
  }
  return drawn;
}

function isShort(value: unknown): boolean {
  return (
    value === null ||
    (typeof value !== 'object' && String(value).length <= LONGEST_IN_LINE)
  );
}

function inLine({ key, before, after }: IPart, { trans }: IDrawing): Widget {
  const [old, now] = [before, after].map(value => shown(value, trans));
  return note(
    old === now
      ? trans.__('%1: %2, only written in another way', nameOf(key, trans), now)
      : trans.__('%1: %2 → %3', nameOf(key, trans), old, now)
  );
}

function asJSON({ key, before, after }: IPart, drawing: IDrawing): Widget {
  const name = nameOf(key, drawing.trans);
  const drawn = new Panel();
  drawn.addWidget(
    new Widget({ node: element('div', 'bs-Diff-partName', name) })
  );
  drawn.addWidget(
    textPair(
      {
        before: textOf(before),
        text: textOf(after),
        changes: null,
        mimeType: 'application/json',
        label: name
      },
      drawing
    )
  );
  return drawn;
}

function shown(value: unknown, trans: IDrawing['trans']): string {
  return value === undefined
    ? trans.__('nothing')
    : (JSON.stringify(value) ?? '');
}

/** A key of a notebook's JSON, as people call it. */
export function nameOf(key: string, trans: IDrawing['trans']): string {
  const names: { [key: string]: string } = {
    source: trans.__('source'),
    outputs: trans.__('outputs'),
    attachments: trans.__('attachments'),
    metadata: trans.__('metadata'),
    execution_count: trans.__('execution count'),
    cell_type: trans.__('cell type'),
    id: trans.__('ID'),
    nbformat: trans.__('format'),
    nbformat_minor: trans.__('minor format')
  };
  return valueIn(names, key) ?? key;
}
