import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import type { JSONValue, PartialJSONObject } from '@lumino/coreutils';
import { Panel, Widget } from '@lumino/widgets';
import { changesIn } from './changes';
import {
  failure,
  foldedAway,
  guarded,
  IDrawing,
  limited,
  panel,
  sides
} from './drawing';
import { drawFields, nameOf } from './fields';
import {
  isObject,
  IPart,
  Item,
  itemsOf,
  JSONObject,
  partsOf,
  textOf
} from './model';
import { jsonView, textPair } from './texts';

/** Terminals' colours, which a text that is compared has no use for. */
// eslint-disable-next-line no-control-regex
const COLOURS = /\u001b\[[0-9;]*m/g;

/** The outputs of a cell that changed, each beside what it was. */
export function drawOutputsPart(part: IPart, drawing: IDrawing): Widget {
  const { before, after, diff } = part;
  if (!isList(before) || !isList(after)) {
    return drawFields([part], drawing);
  }
  const items = diff
    ? itemsOf(before ?? [], diff)
    : [
        ...(before ?? []).map(value => ({ kind: 'removed' as const, value })),
        ...(after ?? []).map(value => ({ kind: 'added' as const, value }))
      ];
  if (items.length === 0) {
    return drawFields([part], drawing);
  }
  return limited(
    runsOfUnchanged(items),
    run => drawRun(run, drawing),
    drawing.trans
  );
}

/** All outputs of a cell that is shown alone. */
export function drawOutputs(outputs: unknown, drawing: IDrawing): Widget {
  return Array.isArray(outputs)
    ? limited(
        outputs,
        output => guarded(() => rendered(output, drawing), output, drawing),
        drawing.trans
      )
    : jsonView(outputs, nameOf('outputs', drawing.trans), drawing);
}

function isList(value: unknown): value is readonly unknown[] | undefined {
  return Array.isArray(value) || value === undefined;
}

function runsOfUnchanged(items: readonly Item[]): Item[][] {
  const runs: Item[][] = [];
  for (const item of items) {
    const last = runs[runs.length - 1];
    if (item.kind === 'unchanged' && last?.[0].kind === 'unchanged') {
      last.push(item);
    } else {
      runs.push([item]);
    }
  }
  return runs;
}

function drawRun(run: readonly Item[], drawing: IDrawing): Widget {
  const [item] = run;
  const { trans } = drawing;
  const draw = (value: unknown) =>
    guarded(() => rendered(value, drawing), value, drawing);
  switch (item.kind) {
    case 'removed':
      return marked('bs-mod-removed', sides(draw(item.value), null));
    case 'added':
      return marked('bs-mod-added', sides(null, draw(item.value)));
    case 'changed':
      return guarded(
        () => drawChanged(item, drawing),
        { before: item.before, after: item.after },
        drawing
      );
    default:
      return foldedAway(
        trans._n('%1 unchanged output', '%1 unchanged outputs', run.length),
        run,
        () =>
          limited(
            run,
            each => draw(each.kind === 'unchanged' ? each.value : each),
            trans
          ),
        drawing
      );
  }
}

function drawChanged(
  { before, after, diff }: Extract<Item, { kind: 'changed' }>,
  drawing: IDrawing
): Widget {
  const drawn = new Panel();
  const fields: IPart[] = [];
  if (!isObject(before) || !isObject(after)) {
    return drawFields([{ key: 'output', before, after, diff }], drawing);
  }
  for (const part of partsOf(before, diff)) {
    if (part.key === 'text' || part.key === 'traceback') {
      drawn.addWidget(drawPrinted(part, drawing));
    } else if (part.key === 'data' && part.diff && isObject(part.before)) {
      drawn.addWidget(drawData(before, after, part.before, part.diff, drawing));
    } else {
      const name = nameOf(part.key, drawing.trans);
      fields.push({ ...part, key: drawing.trans.__('output, %1', name) });
    }
  }
  if (fields.length > 0) {
    drawn.addWidget(drawFields(fields, drawing));
  }
  return drawn;
}

/** What was printed, without its colours where more than they changed. */
function drawPrinted(part: IPart, drawing: IDrawing): Widget {
  const [before, text] = [part.before, part.after].map(printed);
  const shown = { mimeType: '', label: drawing.trans.__('Output') };
  const [old, now] = [before, text].map(withoutColours);
  const isPlain = old === before && now === text;
  return old === now
    ? textPair({ before, text, changes: changesIn(part), ...shown }, drawing)
    : textPair(
        {
          before: old,
          text: now,
          changes: changesIn(part, isPlain ? undefined : withoutColours),
          ...shown
        },
        drawing
      );
}

function withoutColours(text: string): string {
  return text.replace(COLOURS, '');
}

function printed(value: unknown): string {
  return Array.isArray(value) && value.every(line => typeof line === 'string')
    ? value.join('\n')
    : textOf(value);
}

/** The changed data of an output: as it looks, and what cannot be seen as text. */
function drawData(
  before: JSONObject,
  after: JSONObject,
  base: JSONObject,
  diff: NonNullable<IPart['diff']>,
  drawing: IDrawing
): Widget {
  const drawn = new Panel();
  const looks = [before, after].map(output => looksOf(output, drawing));
  const parts = partsOf(base, diff);
  const isText = looks.every(look => look === 'text/plain');
  if (!isText) {
    const [left, right] = [before, after].map(output =>
      guarded(() => rendered(output, drawing), output, drawing)
    );
    drawn.addWidget(sides(left, right));
  }
  for (const part of parts) {
    const { key } = part;
    if (key === 'text/plain' && isText) {
      drawn.addWidget(drawPrinted(part, drawing));
    } else if (!(key.startsWith('image/') && looks.includes(key))) {
      drawn.addWidget(
        foldedAway(
          drawing.trans.__('Changed: %1', key),
          part,
          () =>
            textPair(
              {
                before: textOf(part.before),
                text: textOf(part.after),
                changes: changesIn(part),
                mimeType: key,
                label: key
              },
              drawing
            ),
          drawing
        )
      );
    }
  }
  return drawn;
}

/** One output as it looks to somebody who does not trust it. */
function rendered(output: unknown, drawing: IDrawing): Widget {
  const mimeType = looksOf(output, drawing);
  if (!isObject(output) || mimeType === undefined) {
    return jsonView(output, nameOf('output', drawing.trans), drawing);
  }
  const data = bundleOf(output);
  const metadata = isObject(output.metadata) ? output.metadata : {};
  const { rendermime, trans } = drawing;
  const renderer = rendermime.createRenderer(mimeType);
  const model = rendermime.createModel({
    data,
    metadata: metadata as PartialJSONObject,
    trusted: false
  });
  const place = panel('bs-Diff-output', renderer);
  place.addClass('jp-OutputArea-output');
  drawing.await(
    Promise.resolve(renderer.renderModel(model)).catch((error: unknown) => {
      renderer.dispose();
      place.addWidget(failure(output, error, trans));
    })
  );
  return place;
}

function looksOf(
  output: unknown,
  { rendermime }: IDrawing
): string | undefined {
  return isObject(output)
    ? rendermime.preferredMimeType(bundleOf(output), 'ensure')
    : undefined;
}

function bundleOf(output: JSONObject): IRenderMime.IMimeModel['data'] {
  switch (output.output_type) {
    case 'stream': {
      const name = output.name === 'stderr' ? 'stderr' : 'stdout';
      return output.text === undefined
        ? {}
        : { [`application/vnd.jupyter.${name}`]: textOf(output.text) };
    }
    case 'error': {
      const told = `${textOf(output.ename)}: ${textOf(output.evalue)}`;
      const text = printed(output.traceback) || told;
      return { 'application/vnd.jupyter.stderr': text };
    }
    default: {
      const data = Object.entries(isObject(output.data) ? output.data : {});
      return Object.fromEntries(data.map(asRendered));
    }
  }
}

/** Data as its renderer takes it: all but JSON is text. */
function asRendered([mimeType, value]: [string, unknown]): [string, JSONValue] {
  const isJSON = /[+/.-]json$/.test(mimeType);
  return [mimeType, isJSON ? (value as JSONValue) : textOf(value)];
}

function marked(className: string, widget: Widget): Widget {
  widget.addClass(className);
  return widget;
}
