// @vitest-environment jsdom
import './page';
import type { INotebookContent } from '@jupyterlab/nbformat';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { originIn, withOrigin } from '../src/documents/origin';
import { withOutputsOf } from '../src/documents/outputs';
import { GalleryModel } from '../src/gallery/model';
import { errorOf } from '../src/server/errors';
import type { GalleryAPI, IListed, IShown } from '../src/server/gallery';
import { pathBelow } from '../src/server/links';

function listed(uuid: string, told: Partial<IListed> = {}): IListed {
  return { uuid, title: uuid, stars: 0, tags: [], ...told } as IListed;
}

/** A gallery whose answers come when the test says so. */
function slowGallery() {
  const asked: { q: string; answer: (items: IListed[]) => void }[] = [];
  const api = {
    find: vi.fn(
      (q: string) =>
        new Promise(resolve =>
          asked.push({
            q,
            answer: notebooks => resolve({ notebooks, next: null })
          })
        )
    ),
    notebook: vi.fn(async (uuid: string) => ({
      ...listed(uuid),
      is_starred: false
    })),
    star: vi.fn(async (_: string, is_starred: boolean) => ({
      is_starred,
      stars: is_starred ? 1 : 0
    })),
    suggest: vi.fn(async (q: string) => ({ titles: [`${q}!`], tags: ['sea'] }))
  };
  return { api, asked, model: new GalleryModel(api as unknown as GalleryAPI) };
}

describe('the list of the gallery', () => {
  it('shows what was looked for last, whatever answer comes last', async () => {
    const { asked, model } = slowGallery();
    const first = model.search('old');
    const second = model.search(' new ');
    expect(asked.map(({ q }) => q)).toEqual(['old', 'new']);
    asked[1].answer([listed('n')]);
    asked[0].answer([listed('o')]);
    await Promise.all([first, second]);
    expect(model.pages.items.map(({ uuid }) => uuid)).toEqual(['n']);
  });

  it('shows nothing of a shelf that was left', async () => {
    const { asked, model } = slowGallery();
    const first = model.show('all');
    asked[0].answer([listed('a')]);
    await first;
    void model.show('starred');
    expect(model.pages.items).toEqual([]);
    expect(model.pages.isLoaded).toBe(false);
  });

  it('keeps what is looked for from shelf to shelf', async () => {
    const { api, model } = slowGallery();
    void model.search('tide');
    void model.show('mine');
    expect(api.find).toHaveBeenLastCalledWith('tide', 'mine', '');
  });

  it('knows of the opened notebook alone, and closes it again', async () => {
    const { model } = slowGallery();
    const first = model.toggle('a');
    await Promise.all([first, model.toggle('b')]);
    expect([model.opened, model.about?.uuid]).toEqual(['b', 'b']);
    await model.toggle('b');
    expect([model.opened, model.about]).toEqual(['', null]);
  });

  it('says a star at once, in the list and where it is opened', async () => {
    const { asked, model } = slowGallery();
    const reading = model.refresh();
    asked[0].answer([listed('a'), listed('b')]);
    await reading;
    await model.toggle('b');
    await model.star(true);
    expect(model.pages.items.map(({ stars }) => stars)).toEqual([0, 1]);
    expect((model.about as IShown).is_starred).toBe(true);
  });
});

describe('suggestions', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    return () => vi.useRealTimers();
  });

  it('are asked for when nobody has typed for a moment', async () => {
    const { api, model } = slowGallery();
    for (const text of ['t', 'ti', 'tid']) {
      model.typed(text);
    }
    await vi.runAllTimersAsync();
    expect(api.suggest.mock.calls).toEqual([['tid']]);
    expect(model.suggestions).toEqual(['tid!', 'tag:sea']);
    model.typed('');
    expect(model.suggestions).toEqual([]);
  });

  it('disturb nobody where the server does not answer', async () => {
    const { api, model } = slowGallery();
    api.suggest.mockRejectedValue(new Error('down'));
    model.typed('tid');
    await vi.runAllTimersAsync();
    expect(model.suggestions).toEqual([]);
  });
});

describe('where a notebook is from', () => {
  it('is told by its metadata, beside what they say otherwise', () => {
    const origin = { uuid: 'u', commit: 'c' };
    const metadata = withOrigin({ title: 'kept' }, origin);
    expect(metadata).toMatchObject({ title: 'kept' });
    expect(originIn(metadata)).toEqual(origin);
  });

  it.each([
    {},
    { gallery: null },
    { gallery: 'u' },
    { gallery: {} },
    { gallery: { uuid: 5 } },
    { gallery: { uuid: '' } }
  ])('is not told by %j', metadata => {
    expect(originIn(metadata)).toBeNull();
  });

  it('needs no commit, which then is none that is known', () => {
    expect(originIn({ gallery: { uuid: 'u', commit: 7 } })).toEqual({
      uuid: 'u',
      commit: ''
    });
  });
});

describe('outputs of one’s own', () => {
  const code = (id: string, source: string, said = '') => ({
    cell_type: 'code',
    id,
    source,
    metadata: {},
    execution_count: said ? 1 : null,
    outputs: said ? [{ output_type: 'stream', name: 'stdout', text: said }] : []
  });
  const of = (...cells: object[]) =>
    ({
      nbformat: 4,
      nbformat_minor: 5,
      metadata: {},
      cells
    }) as unknown as INotebookContent;

  it('stay where the code is the same, wherever the cell is now', () => {
    const own = of(code('a', 'x', 'said x'), code('b', 'y', 'said y'));
    const got = of(code('n', 'new'), code('b', 'y'), code('a', 'changed'));
    expect(withOutputsOf(got, own)).toEqual(
      of(code('n', 'new'), code('b', 'y', 'said y'), code('a', 'changed'))
    );
  });

  it('are taken once, by the cell of the same ID before others', () => {
    const own = of(code('a', 'x', 'first'), code('b', 'x', 'second'));
    const got = of(code('b', 'x'), code('c', 'x'), code('d', 'x'));
    expect(withOutputsOf(got, own)).toEqual(
      of(code('b', 'x', 'second'), code('c', 'x', 'first'), code('d', 'x'))
    );
  });

  it('take the place of none that were published', () => {
    const own = of(code('a', 'x', 'mine'));
    const got = of(code('a', 'x', 'theirs'));
    expect(withOutputsOf(got, own)).toEqual(got);
  });
});

it('says what is wrong with each field of what was refused', () => {
  const problems = [{ field: 'title', value: 'a/b', allowed: 'No slash.' }];
  const response = { status: 422, statusText: '' } as Response;
  const told = errorOf(response, JSON.stringify({ message: 'No.', problems }));
  expect(told.problems).toEqual(problems);
  expect(errorOf(response, '{"message": "No."}').problems).toEqual([]);
});

it('knows a path of the server’s below its base URL', () => {
  const base = 'http://localhost:8888/user/ada/';
  expect(pathBelow('/user/ada/bookstore/x', base)).toBe('bookstore/x');
  expect(pathBelow('/elsewhere', base)).toBe('/elsewhere');
});
