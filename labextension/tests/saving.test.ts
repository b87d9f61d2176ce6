// @vitest-environment jsdom
import './page';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { INotebookModel } from '@jupyterlab/notebook';
import { nullTranslator } from '@jupyterlab/translation';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { putWhenSaved, save } from '../src/documents/saving';
import { opened } from './notebooks';

const trans = nullTranslator.load('bookstore');

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** An open notebook that is saved as JupyterLab saves: it is clean then, whatever was typed. */
class OpenNotebook {
  readonly model = opened({
    cells: [{ cell_type: 'code', source: '', metadata: {}, outputs: [] }],
    metadata: {},
    nbformat: 4,
    nbformat_minor: 5
  });
  readonly versions: string[] = [];
  /** What happens while a save is under way. */
  meanwhile = () => {};

  constructor() {
    this.model.dirty = false;
  }

  get context(): DocumentRegistry.IContext<INotebookModel> {
    const { model } = this;
    const save = () => this._save();
    const paths = { path: 'RTC:a.ipynb', localPath: 'a.ipynb' };
    const context = { model, ...paths, ready: Promise.resolve(), save };
    return context as unknown as DocumentRegistry.IContext<INotebookModel>;
  }

  get text(): string {
    return this.model.sharedModel.getCell(0).getSource();
  }

  type(text: string | undefined): void {
    if (text) {
      const cell = this.model.sharedModel.getCell(0);
      cell.updateSource(this.text.length, this.text.length, text);
    }
  }

  put(text: string): void {
    this.model.sharedModel.getCell(0).setSource(text);
  }

  private async _save(): Promise<void> {
    await Promise.resolve();
    this.model.toJSON(); // which puts in what Jupyter wants in every notebook
    this.versions.push(this.text);
    await Promise.resolve();
    this.meanwhile();
    await Promise.resolve();
    this.model.dirty = false;
  }
}

/** Fetch something and put it into the notebook, for as long as that may take. */
async function replace(
  notebook: OpenNotebook,
  fetch: () => Promise<void>
): Promise<unknown> {
  const put = () => notebook.put('back');
  const failed = putWhenSaved(notebook.context, fetch, put, trans).then(
    () => null,
    (error: unknown) => error
  );
  await vi.advanceTimersByTimeAsync(60_000);
  return failed;
}

it('saves nothing of a notebook that is saved', async () => {
  const notebook = new OpenNotebook();
  await replace(notebook, async () => {});
  expect(notebook.text).toBe('back');
  expect(notebook.versions).toEqual([]);
});

it('replaces only what is saved, whatever is typed while it saves and asks', async () => {
  const notebook = new OpenNotebook();
  notebook.type('a');
  const typed = ['b', 'd'];
  notebook.meanwhile = () => notebook.type(typed.shift());
  const fetch = async () => notebook.type('c');
  await replace(notebook, fetch);
  expect(notebook.text).toBe('back');
  expect(notebook.versions).toEqual(['a', 'abc', 'abcd']);
});

it('saves a shared notebook that is called clean, and what others type meanwhile', async () => {
  const notebook = new OpenNotebook();
  Object.defineProperty(notebook.model, 'collaborative', { value: true });
  notebook.type('a');
  notebook.model.dirty = false;
  const fetch = async () => {
    notebook.type('b');
    notebook.model.dirty = false;
  };
  await replace(notebook, fetch);
  expect(notebook.text).toBe('back');
  expect(notebook.versions).toEqual(['a', 'ab']);
});

it('replaces nothing in a notebook that never stops changing', async () => {
  const notebook = new OpenNotebook();
  notebook.meanwhile = () => notebook.type('a');
  const fetch = async () => notebook.type('a');
  const failed = await replace(notebook, fetch);
  expect(String(failed)).toContain('Error: a.ipynb changes all the time');
  expect(notebook.text).toMatch(/^a+$/);
  expect(notebook.model.dirty).toBe(true);
});

it('takes nothing for saved that is typed while a save is under way', async () => {
  const notebook = new OpenNotebook();
  notebook.type('a');
  notebook.meanwhile = () => notebook.type('b');
  await save(notebook.context);
  expect(notebook.model.dirty).toBe(true);
  notebook.meanwhile = () => {};
  await save(notebook.context);
  expect(notebook.model.dirty).toBe(false);
  expect(notebook.versions).toEqual(['a', 'ab']);
});

it('is saved with what Jupyter puts into it', async () => {
  const notebook = new OpenNotebook();
  notebook.model.deleteMetadata('kernelspec');
  await save(notebook.context);
  expect(notebook.model.getMetadata('kernelspec')).toBeDefined();
  expect(notebook.model.dirty).toBe(false);
});
