import { describe, expect, it } from 'vitest';
import { IPage, Pages } from '../src/ui/lists/pages';

/** The numbers below ten in pages of four; a cursor is the next number. */
async function numbers(cursor: string): Promise<IPage<number>> {
  const first = Number(cursor || 0);
  const items = [0, 1, 2, 3].map(n => first + n).filter(n => n < 10);
  return { items, next: first + 4 < 10 ? String(first + 4) : null };
}

describe('a list that is read page by page', () => {
  it('grows until there is no more', async () => {
    const pages = new Pages(numbers);
    await pages.reload();
    expect([pages.items.length, pages.hasMore]).toEqual([4, true]);
    await pages.more();
    await pages.more();
    expect(pages.items).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(pages.hasMore).toBe(false);
    await pages.more();
    expect(pages.items.length).toBe(10);
  });

  it('keeps what it has when reading fails, and says why', async () => {
    let isDown = false;
    const pages = new Pages(cursor =>
      isDown ? Promise.reject(new Error('down')) : numbers(cursor)
    );
    await pages.reload();
    isDown = true;
    await pages.more();
    expect(pages.items.length).toBe(4);
    expect(String(pages.error)).toBe('Error: down');
    isDown = false;
    await pages.more();
    expect([pages.items.length, pages.error]).toEqual([8, null]);
  });

  it('is not set back by a late answer', async () => {
    const answers: ((page: IPage<number>) => void)[] = [];
    const pages = new Pages<number>(
      () => new Promise(resolve => answers.push(resolve))
    );
    const readings = [pages.reload(), pages.reload()];
    answers[1]({ items: [2], next: null });
    answers[0]({ items: [1], next: null });
    await Promise.all(readings);
    expect(pages.items).toEqual([2]);
  });

  it('lets go of what is gone', async () => {
    const pages = new Pages(numbers);
    await pages.reload();
    pages.remove(2);
    expect(pages.items).toEqual([0, 1, 3]);
  });
});
