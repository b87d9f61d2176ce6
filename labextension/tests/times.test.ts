import { nullTranslator } from '@jupyterlab/translation';
import { describe, expect, it, vi } from 'vitest';
import {
  dayName,
  dayOf,
  localeOf,
  relativeTime,
  shortTime,
  tellingTime,
  timeInName,
  timeSpan
} from '../src/ui/times';

vi.stubGlobal('navigator', { languages: ['en-US'] });

const trans = nullTranslator.load('bookstore');
const now = new Date(2026, 5, 3, 14, 32, 10);

describe('relative times', () => {
  it.each([
    [new Date(2026, 5, 3, 14, 31, 40), 'just now'],
    [new Date(2026, 5, 3, 14, 29, 0), '3 min ago'],
    [new Date(2026, 5, 3, 12, 0, 0), '2 h ago']
  ])('%s is %s', (time, text) => {
    expect(relativeTime(time, now, trans)).toBe(text);
  });

  it('take a clock that is ahead for now', () => {
    expect(relativeTime(new Date(2026, 5, 3, 14, 40), now, trans)).toBe(
      'just now'
    );
  });

  it('become times of day when hours say little', () => {
    const text = relativeTime(new Date(2026, 5, 2, 9, 5), now, trans);
    expect(text).toMatch(/9[:.]05/);
  });
});

describe('headings of days', () => {
  it.each([
    [new Date(2026, 5, 3), 'Today'],
    [new Date(2026, 5, 2), 'Yesterday'],
    [new Date(2026, 4, 31), 'Sunday']
  ])('%s is %s', (day, name) => {
    expect(dayName(dayOf(day), now, trans)).toBe(name);
  });

  it('tell the year of other years only', () => {
    expect(dayName(dayOf(new Date(2026, 0, 5)), now, trans)).not.toMatch(
      '2026'
    );
    expect(dayName(dayOf(new Date(2025, 0, 5)), now, trans)).toMatch('2025');
  });

  it('call a day yesterday that was 23 or 25 hours long', () => {
    const afterChange = new Date(2026, 2, 30, 0, 30);
    expect(dayName(dayOf(new Date(2026, 2, 29)), afterChange, trans)).toBe(
      'Yesterday'
    );
  });
});

describe('times that stay right', () => {
  it('have a date when they are not of today', () => {
    expect(shortTime(new Date(2026, 5, 3, 9, 5), now, trans)).toMatch(
      /^9[:.]05/
    );
    expect(shortTime(new Date(2026, 5, 1, 9, 5), now, trans)).toMatch('Jun');
  });

  it('can stand in the name of a file', () => {
    expect(timeInName(new Date(2026, 5, 3, 4, 5))).toBe('2026-06-03-0405');
  });
});

describe('times in a list', () => {
  const at = (hour: number, minute: number, second: number) =>
    new Date(2026, 5, 3, hour, minute, second);
  const clock = at(14, 32, 30);
  const told = (...times: Date[]) =>
    times.map((time, index) =>
      tellingTime(
        time,
        [times[index - 1], times[index + 1]].filter(Boolean),
        clock,
        trans
      )
    );

  it('are as short as tells them apart', () => {
    expect(told(at(14, 30, 0), at(14, 20, 0))).toEqual([
      '2 min ago',
      '12 min ago'
    ]);
    const same = told(at(14, 30, 20), at(14, 30, 10));
    expect(same[0]).toMatch(/30[:.]20/);
    expect(same[1]).toMatch(/30[:.]10/);
    const hours = told(at(10, 50, 0), at(10, 40, 0));
    expect(hours[0]).toMatch(/10[:.]50/);
    expect(hours[1]).toMatch(/10[:.]40/);
  });

  it('span from the first to the last, to the second where a minute is not enough', () => {
    expect(timeSpan(at(10, 2, 0), at(10, 41, 0), trans)).toMatch(
      /^10[:.]02.* – 10[:.]41/
    );
    expect(timeSpan(at(10, 2, 1), at(10, 2, 9), trans)).toMatch(
      /02[:.]01.* – 10[:.]02[:.]09/
    );
  });
});

describe('the locale of dates', () => {
  const speaking = (locale: string) =>
    Object.assign(Object.create(trans), { getLocale: () => locale });

  it("is the browser's when that speaks the user's language", () => {
    expect(localeOf(speaking('en'), ['fr-FR', 'en-GB'])).toBe('en-GB');
  });

  it("is the user's otherwise", () => {
    expect(localeOf(speaking('de'), ['en-GB'])).toBe('de');
    expect(localeOf(speaking('zh-CN'), ['zh-TW'])).toBe('zh-CN');
  });
});
