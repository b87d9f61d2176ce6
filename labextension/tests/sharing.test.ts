// @vitest-environment jsdom
import './page';
import { nullTranslator } from '@jupyterlab/translation';
import { describe, expect, it } from 'vitest';
import { linksOffered } from '../src/server/links';
import { lives, usualLife } from '../src/sharing/lives';

const trans = nullTranslator.load('bookstore');

function labels(most_hours: number, isPublic = false): string[] {
  const offered = { most_hours, public: isPublic };
  return lives(offered, trans).map(({ label }) => label);
}

describe('how long a link may last', () => {
  it('is chosen among the usual, up to what is allowed', () => {
    expect(labels(168)).toEqual(['1 hour', '1 day', '7 days']);
    expect(labels(48)).toEqual(['1 hour', '1 day', '2 days']);
    expect(labels(24)).toEqual(['1 hour', '1 day']);
    expect(labels(36.5)).toEqual(['1 hour', '1 day', '36.5 hours']);
    expect(labels(1)).toEqual(['1 hour']);
    expect(labels(0.5)).toEqual(['30 minutes']);
  });

  it('has no choice where nothing is allowed', () => {
    expect(labels(0)).toEqual([]);
  });

  it('never ends only where that is allowed', () => {
    expect(labels(1, true)).toEqual(['1 hour', 'without end']);
    expect(labels(0, true)).toEqual(['without end']);
  });

  it('is a day at first, or the longest below', () => {
    const usual = (most_hours: number, isPublic = true) => {
      const choices = lives({ most_hours, public: isPublic }, trans);
      return choices[usualLife(choices)].wish;
    };
    expect(usual(168)).toEqual({ hours: 24 });
    expect(usual(24)).toEqual({ hours: 24 });
    expect(usual(2)).toEqual({ hours: 2 });
    expect(usual(0)).toEqual({ public: true });
  });
});

describe('what the server offers', () => {
  it('is told with the page', () => {
    const told = '{"most_hours": 48.0, "public": true}';
    expect(linksOffered(told)).toEqual({ most_hours: 48, public: true });
  });

  it('is nothing where the page does not say', () => {
    expect(linksOffered('')).toEqual({ most_hours: 0, public: false });
  });
});
