// @vitest-environment jsdom
import './page';
import type { INotebookModel } from '@jupyterlab/notebook';
import { nullTranslator } from '@jupyterlab/translation';
import { describe, expect, it, vi } from 'vitest';
import { saysSomething } from '../src/beside/edited';
import { Keeper } from '../src/beside/keeper';
import { isStale, openAnew } from '../src/documents/beside';
import { contentOf } from '../src/documents/content';
import { toldOf } from '../src/restore/undoing';
import { textsOf } from '../src/server/errors';
import { programOf } from '../src/versions/facts';
import { opened } from './notebooks';
import { version } from './versions';

const trans = nullTranslator.load('bookstore');

interface IFile {
  hash?: string | null;
  last_modified: string;
}

const AT_TEN = '2026-06-03T10:00:00Z';

async function stale(
  known: IFile,
  now: IFile,
  collaborative = false
): Promise<boolean> {
  const context = { contentsModel: known, path: 'a', model: { collaborative } };
  const contents = { get: async () => now };
  return isStale(context as never, contents as never);
}

describe('what is open', () => {
  it('is stale where the file has another hash', async () => {
    const known = { hash: 'a', last_modified: AT_TEN };
    expect(await stale(known, { ...known, hash: 'b' })).toBe(true);
    const touched = { hash: 'a', last_modified: '2026-06-03T11:00:00Z' };
    expect(await stale(known, touched)).toBe(false);
  });

  it('is stale where the file is newer and nobody tells hashes', async () => {
    const known = { hash: null, last_modified: AT_TEN };
    const newer = { hash: 'b', last_modified: '2026-06-03T10:00:01Z' };
    expect(await stale(known, newer)).toBe(true);
    expect(await stale(known, known)).toBe(false);
  });

  it('is never stale where the server keeps it shared', async () => {
    const known = { hash: 'a', last_modified: AT_TEN };
    expect(await stale(known, { ...known, hash: 'b' }, true)).toBe(false);
  });
});

class Panel {
  readonly model: INotebookModel = opened({
    cells: [{ cell_type: 'code', source: 'old', metadata: {}, outputs: [] }],
    metadata: {},
    nbformat: 4,
    nbformat_minor: 5
  });
  readonly kept: string[] = [];
  isRefused = false;
  isUntold = false;
  readonly content = { activeCellIndex: 3, mode: 'edit', outerNode: {} };

  get text(): string {
    return this.model.sharedModel.getCell(0).getSource();
  }

  async anew(isKnown = false): Promise<void> {
    const { model, content } = this;
    const revert = async () =>
      model.sharedModel.getCell(0).setSource('from the file');
    const api = {
      keep: async (_: string, { cells }: { cells: { source: string }[] }) => {
        if (this.isRefused) {
          throw new Error('refused');
        }
        this.kept.push(cells[0].source);
        return this.isUntold ? null : version();
      }
    };
    const panel = { context: { model, revert }, content };
    const held = isKnown ? contentOf(model) : null;
    await openAnew(api as never, 'a', panel as never, trans, held);
  }
}

describe('a notebook that is opened anew', () => {
  it('is kept first, where something is not saved', async () => {
    const panel = new Panel();
    panel.model.dirty = true;
    await panel.anew();
    expect(panel.kept).toEqual(['old']);
    expect(panel.text).toBe('from the file');
    expect(panel.model.dirty).toBe(false);
    expect(panel.content.activeCellIndex).toBe(0);
  });

  it('is not kept where all is saved, or nobody did what is not', async () => {
    const panel = new Panel();
    panel.model.dirty = false;
    await panel.anew();
    panel.model.dirty = true;
    await panel.anew(true);
    expect(panel.kept).toEqual([]);
  });

  it('stays as it is where it cannot be kept', async () => {
    const panel = new Panel();
    panel.model.dirty = true;
    panel.isRefused = true;
    await expect(panel.anew()).rejects.toThrow('refused');
    expect(panel.text).toBe('old');
    expect(panel.model.dirty).toBe(true);
  });

  it('stays as it is where no version is told', async () => {
    const panel = new Panel();
    panel.model.dirty = true;
    panel.isUntold = true;
    await expect(panel.anew()).rejects.toThrow('No version');
    expect(panel.text).toBe('old');
  });
});

describe('what is typed beside a program', () => {
  it('is kept once more only when the file changed as well', async () => {
    const kept: unknown[] = [];
    const api = {
      keep: async (_: string, content: unknown) => {
        kept.push(content);
        return version();
      }
    };
    const keeper = new Keeper(api as never, null!, null!, trans);
    const context = {} as never;
    const typed = (cells: unknown[]) => ({ cells }) as never;
    vi.useFakeTimers({ toFake: ['Date'] });
    for (const [state, cells] of [
      ['1', []],
      ['1', [1]],
      ['2', [1, 2]]
    ] as const) {
      await keeper['_keep']('a', context, typed([...cells]), state);
      vi.setSystemTime(Date.now() + 60_000);
    }
    vi.useRealTimers();
    expect(kept).toEqual([{ cells: [] }, { cells: [1, 2] }]);
  });
});

describe('what an editor does by itself', () => {
  const metadata = (key: string) =>
    ({
      op: 'patch',
      key: 'metadata',
      diff: [{ op: 'add', key, value: {} }]
    }) as const;

  it('is nothing that somebody did', () => {
    expect(saysSomething([])).toBe(false);
    expect(saysSomething([metadata('language_info')])).toBe(false);
    expect(saysSomething([metadata('title')])).toBe(true);
    expect(
      saysSomething([
        metadata('kernelspec'),
        { op: 'patch', key: 'cells', diff: [] }
      ])
    ).toBe(true);
  });
});

describe('what is told of what was undone', () => {
  it('says that it is not all where it is not', () => {
    const undone = {
      actor: 'ada/claude',
      versions: 2,
      kept_cells: ['b'],
      version: version()
    };
    const told = (is_complete: boolean) =>
      toldOf('a/b.ipynb', { ...undone, is_complete }, trans);
    expect(told(true)).toContain('b.ipynb is without what ada/claude did');
    expect(told(true)).not.toContain('not looked at');
    expect(told(false)).toContain('stays. What is older was not looked at');
  });
});

describe('who made a version', () => {
  const of = (author: string) => programOf(version({ author }));

  it('is a program behind its user, and one alone', () => {
    expect(of('ada/claude')).toBe('ada/claude');
    expect(of('ada')).toBe('');
    expect(of('ada/claude, bob')).toBe('');
    expect(of('/claude')).toBe('');
  });
});

it('says in words what Jupyter calls "Cancel"', () => {
  const error = new Error('Cancel');
  error.name = 'ModalCancelError';
  expect(textsOf(error, trans).message).toContain('was not saved');
});
