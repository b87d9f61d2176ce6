/** Notebooks that are made up, and open ones. */
import { YNotebook } from '@jupyter/ydoc';
import type { ICell, INotebookContent } from '@jupyterlab/nbformat';
import { NotebookModel } from '@jupyterlab/notebook/lib/model';
import fc from 'fast-check';
import { applyUpdate, encodeStateAsUpdate } from 'yjs';
import { savedMetadata } from '../src/documents/content';

const source = fc.oneof(
  fc.constantFrom('', '1 + 1', 'a\nb', 'a\nc\n', '# café 🎈'),
  fc.string({ maxLength: 6 })
);
const data = { 'text/html': '<b onclick="run()">x</b>', 'text/plain': 'x' };
const output = fc.constantFrom<object>(
  { output_type: 'stream', name: 'stdout', text: 'one\n' },
  { output_type: 'stream', name: 'stdout', text: 'two\n' },
  { output_type: 'stream', name: 'stderr', text: 'three' },
  { output_type: 'execute_result', execution_count: 1, metadata: {}, data },
  { output_type: 'display_data', metadata: { isolated: true }, data },
  { output_type: 'error', ename: 'E', evalue: 'no', traceback: ['a', 'b'] }
);
const image = { 'image/png': 'aGVsbG8=' };
const attachments = fc.constantFrom({}, { 'a.png': image }, { 'b.png': image });
const metadata = fc.record(
  {
    tags: fc.constantFrom([], ['keep'], ['keep', 'slow']),
    collapsed: fc.boolean(),
    jupyter: fc.constantFrom(
      {},
      { source_hidden: true },
      { outputs_hidden: true },
      { outputs_hidden: false, source_hidden: true }
    ),
    scrolled: fc.constantFrom<boolean | string>(true, 'auto'),
    note: fc.constantFrom<unknown>(null, 0, { deep: [1, { er: true }] })
  },
  { requiredKeys: [] }
);
const trust = fc.constantFrom({}, { trusted: true }, { trusted: false });
const cell = fc.oneof(
  fc.record({
    cell_type: fc.constant('code'),
    source,
    metadata: fc
      .tuple(metadata, trust)
      .map(([facts, mark]) => ({ ...facts, ...mark })),
    outputs: fc.array(output, { maxLength: 3 }),
    execution_count: fc.constantFrom(null, 1, 2)
  }),
  fc.record(
    {
      cell_type: fc.constantFrom('markdown', 'raw'),
      source,
      metadata,
      attachments
    },
    { requiredKeys: ['cell_type', 'source', 'metadata'] }
  )
);
/** A cell, and what it was in a version: the same but for some of its fields. */
const pastAndPresent = fc
  .tuple(
    cell,
    cell,
    fc.subarray(['source', 'metadata', 'outputs', 'attachments'] as const)
  )
  .map(([present, other, changed]) => {
    const past: Partial<Record<string, unknown>> = { ...present };
    for (const field of changed) {
      delete past[field];
      Object.assign(past, field in other && { [field]: other[field as never] });
    }
    const isWhole = other.cell_type === present.cell_type;
    return { present, past: isWhole ? past : other };
  });
const names = ['a', 'b', 'c', 'd', 'e', 'f'];
const notebookMetadata = fc.record(
  {
    kernelspec: fc.constant({ name: 'ir', display_name: 'R', language: 'R' }),
    language_info: fc.constantFrom({ name: 'R' }, { name: 'python' }),
    title: fc.constantFrom<unknown>('a', ['b'], { c: null })
  },
  { requiredKeys: ['kernelspec', 'language_info'] }
);

/** A notebook of those cells: of format 4.5, or of 4.4, whose cells have no IDs. */
function notebookOf(cells: readonly object[]): fc.Arbitrary<INotebookContent> {
  return fc
    .record({
      metadata: notebookMetadata,
      nbformat: fc.constant(4),
      nbformat_minor: fc.constantFrom(4, 5, 5, 5),
      cells: fc.shuffledSubarray(names)
    })
    .map(content => ({
      ...content,
      cells: content.cells.map(id => {
        const found = cells[names.indexOf(id)];
        return content.nbformat_minor > 4 ? { id, ...found } : found;
      })
    }))
    .map(content => copied(content) as unknown as INotebookContent);
}

/** A notebook, and a version of it. */
export const notebookAndVersion: fc.Arbitrary<
  [INotebookContent, INotebookContent]
> = fc
  .tuple(...names.map(() => pastAndPresent))
  .chain(pairs =>
    fc.tuple(
      notebookOf(pairs.map(({ present }) => present)),
      notebookOf(pairs.map(({ past }) => past))
    )
  );

/** The notebook as JupyterLab opens it. */
export function opened(content: INotebookContent): NotebookModel {
  const model = new NotebookModel();
  model.fromJSON(copied(content));
  return model;
}

/** The same notebook in the browser of somebody else, who sees every change. */
export function openedBesides(model: NotebookModel): NotebookModel {
  const { ydoc } = model.sharedModel as YNotebook;
  const sharedModel = new YNotebook({ disableDocumentWideUndoRedo: true });
  applyUpdate(sharedModel.ydoc, encodeStateAsUpdate(ydoc));
  ydoc.on('update', update => applyUpdate(sharedModel.ydoc, update));
  return new NotebookModel({ sharedModel });
}

/** What is on disk when JupyterLab has saved it. */
export function savedFrom(model: NotebookModel): INotebookContent {
  const content = copied(model.toJSON()) as INotebookContent;
  content.cells.forEach(found => (found.metadata = savedMetadata(found)));
  return content;
}

/** The cells with all that is known of them, as they are now. */
export function cellsOf(model: NotebookModel): ICell[] {
  return copied(
    model.sharedModel.cells.map(found => found.toJSON())
  ) as ICell[];
}

/** What each cell shows, and whether it trusts that. */
export function shownIn(
  model: NotebookModel
): { cell: ICell; outputs: unknown; isTrusted: boolean }[] {
  return [...model.cells].map(view => ({
    cell: copied(view.sharedModel.toJSON()) as ICell,
    outputs: 'outputs' in view ? outputsOf(view) : [],
    isTrusted: view.trusted || view.getMetadata('trusted') === true
  }));
}

function outputsOf(view: object): unknown {
  const { outputs } = view as { outputs: { toJSON(): unknown } };
  return copied(outputs.toJSON());
}

export function copied<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
