import { describe, expect, it } from 'vitest';
import { changesOf } from '../src/compare/changes';
import { comparisonOf, itemsOf, runsOf, textOf } from '../src/compare/model';
import { patched } from '../src/compare/patch';
import type { DiffOp } from '../src/server/answers';

const cell = (source: unknown, id = 'a') => ({ cell_type: 'code', source, id });

function compared(cells: object[], ...ops: DiffOp[]) {
  const base = { cells, metadata: {}, nbformat: 4, nbformat_minor: 5 };
  const diff: DiffOp[] = [{ op: 'patch', key: 'cells', diff: ops }];
  return comparisonOf({ base: base as never, diff });
}

describe('a patched text', () => {
  it('is changed by lines, and within a line by characters', () => {
    const diff: DiffOp[] = [
      {
        op: 'patch',
        key: 0,
        diff: [
          { op: 'addrange', key: 4, valuelist: 'two' },
          { op: 'removerange', key: 4, length: 3 }
        ]
      },
      { op: 'addrange', key: 2, valuelist: ['third\n', 'fourth'] }
    ];
    const text = patched('is: one\r\nsecond\r', diff);
    expect(text).toBe('is: two\r\nsecond\rthird\nfourth');
  });

  it('may grow from one that has no last line end', () => {
    const diff: DiffOp[] = [
      {
        op: 'patch',
        key: 0,
        diff: [{ op: 'addrange', key: 1, valuelist: '\n' }]
      },
      { op: 'addrange', key: 1, valuelist: ['\n', 'z'] }
    ];
    expect(patched('q', diff)).toBe('q\n\nz');
  });
});

describe('the changes of a text', () => {
  const diff: DiffOp[] = [
    {
      op: 'patch',
      key: 0,
      diff: [
        { op: 'addrange', key: 4, valuelist: 'three' },
        { op: 'removerange', key: 4, length: 3 }
      ]
    },
    { op: 'addrange', key: 2, valuelist: ['third\n'] },
    { op: 'removerange', key: 2, length: 1 }
  ];

  it('are where the server marked them', () => {
    const text = 'is: one\nsecond\nlast\n';
    expect(changesOf(text, diff)).toEqual([
      { fromA: 4, toA: 7, fromB: 4, toB: 9 },
      { fromA: 15, toA: 20, fromB: 17, toB: 23 }
    ]);
  });

  it('are whole lines of a text that is shown otherwise than it is', () => {
    const text = 'is: one\nsecond\nlast\n';
    const shown = (line: string) => line.replace('is: ', '');
    expect(changesOf(text, diff, shown)).toEqual([
      { fromA: 0, toA: 4, fromB: 0, toB: 6 },
      { fromA: 11, toA: 16, fromB: 13, toB: 19 }
    ]);
  });
});

describe('a comparison', () => {
  it('has every cell of both sides in its place', () => {
    const { cells } = compared(
      [cell('same'), cell('gone'), cell('old'), cell('last')],
      { op: 'addrange', key: 1, valuelist: [cell('new')] },
      { op: 'removerange', key: 1, length: 1 },
      {
        op: 'patch',
        key: 2,
        diff: [{ op: 'replace', key: 'source', value: 'newer' }]
      }
    );
    expect(cells.map(({ kind, place }) => [kind, place])).toEqual([
      ['unchanged', { base: 0, remote: 0, isMissing: false }],
      ['removed', { base: 1, remote: 1, isMissing: true }],
      ['added', { base: 2, remote: 1, isMissing: false }],
      ['changed', { base: 2, remote: 2, isMissing: false }],
      ['unchanged', { base: 3, remote: 3, isMissing: false }]
    ]);
  });

  it('tells each key of a cell that changed, what is looked at first first', () => {
    const { cells } = compared([{ ...cell('x'), collapsed: true }], {
      op: 'patch',
      key: 0,
      diff: [
        { op: 'add', key: 'attachments', value: { a: 1 } },
        { op: 'remove', key: 'collapsed' },
        { op: 'replace', key: 'source', value: 5 }
      ]
    });
    const [changed] = cells;
    expect(changed.kind === 'changed' && changed.parts).toMatchObject([
      { key: 'source', before: 'x', after: 5 },
      { key: 'attachments', before: undefined, after: { a: 1 } },
      { key: 'collapsed', before: true, after: undefined }
    ]);
  });

  it('folds runs of the same cells, and of those with another ID alone', () => {
    const renamed = (key: number): DiffOp => ({
      op: 'patch',
      key,
      diff: [{ op: 'add', key: 'id', value: `id-${key}` }]
    });
    const cells = [0, 1, 2, 3, 4].map(number => cell(String(number)));
    const runs = runsOf(
      compared(cells, renamed(2), renamed(3), {
        op: 'removerange',
        key: 4,
        length: 1
      }).cells
    );
    expect(runs.map(run => [run.kind, run.cells.length])).toEqual([
      ['unchanged', 2],
      ['renamed', 2],
      ['removed', 1]
    ]);
  });
});

describe('cells that were run again', () => {
  const rerun = (key: number, outputs: DiffOp[]): DiffOp => ({
    op: 'patch',
    key,
    diff: [
      { op: 'replace', key: 'execution_count', value: 7 },
      { op: 'patch', key: 'outputs', diff: outputs }
    ]
  });
  const output = { output_type: 'execute_result', execution_count: 1 };
  const cells = [0, 1, 2].map(number => ({
    ...cell(String(number)),
    execution_count: 1,
    outputs: [output]
  }));
  const counted: DiffOp = {
    op: 'patch',
    key: 0,
    diff: [{ op: 'replace', key: 'execution_count', value: 7 }]
  };
  const shown: DiffOp = { op: 'addrange', key: 1, valuelist: [output] };

  it('changed only if they show something else', () => {
    const runs = runsOf(
      compared(
        cells,
        rerun(0, [counted]),
        rerun(1, [counted]),
        rerun(2, [shown])
      ).cells
    );
    expect(runs.map(run => [run.kind, run.cells.length])).toEqual([
      ['rerun', 2],
      ['changed', 1]
    ]);
  });
});

describe('the items of two lists', () => {
  it('tell what went before what came in its place', () => {
    const items = itemsOf(
      ['a', 'b'],
      [
        { op: 'addrange', key: 0, valuelist: ['x', 'y'] },
        { op: 'removerange', key: 0, length: 1 },
        { op: 'addrange', key: 2, valuelist: ['z'] }
      ]
    );
    expect(items.map(item => item.kind)).toEqual([
      'removed',
      'added',
      'added',
      'unchanged',
      'added'
    ]);
  });
});

describe('a text of a notebook', () => {
  it('is shown whatever is in its place', () => {
    expect(textOf(['a\n', 'b'])).toBe('a\nb');
    expect(textOf(undefined)).toBe('');
    expect(textOf(null)).toBe('null');
    expect(textOf(['a', 1])).toContain('1');
  });
});
