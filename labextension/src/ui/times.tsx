import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Older than this, a time of day says more than "14 h ago". */
const RELATIVE_MS = 12 * HOUR_MS;

/** The locale to write dates in: the browser's, when it speaks the user's language. */
export function localeOf(
  trans: TranslationBundle,
  browser: readonly string[] = navigator.languages
): string | undefined {
  // Only a loaded language pack knows its locale.
  const wanted = (trans as { getLocale?(): string }).getLocale?.();
  const language = wanted?.split('-')[0];
  const regional = browser.find(locale => locale.split('-')[0] === language);
  return wanted?.includes('-') ? wanted : (regional ?? wanted);
}

/** The start of the local day of a time. */
export function dayOf(time: Date): number {
  return new Date(
    time.getFullYear(),
    time.getMonth(),
    time.getDate()
  ).getTime();
}

/** "Today", "Yesterday", "Monday", or the date: the heading of one day's versions. */
export function dayName(
  day: number,
  now: Date,
  trans: TranslationBundle
): string {
  const today = dayOf(now);
  // Rounded: a day is 23 or 25 hours long when clocks change.
  const daysAgo = Math.round((today - day) / (24 * HOUR_MS));
  if (daysAgo <= 0) {
    return trans.__('Today');
  }
  if (daysAgo === 1) {
    return trans.__('Yesterday');
  }
  const date = new Date(day);
  const locale = localeOf(trans);
  if (daysAgo < 7) {
    return date.toLocaleDateString(locale, { weekday: 'long' });
  }
  const sameYear = date.getFullYear() === now.getFullYear();
  return date.toLocaleDateString(locale, {
    weekday: 'short',
    day: 'numeric',
    month: 'long',
    year: sameYear ? undefined : 'numeric'
  });
}

/** "just now", "3 min ago", "2 h ago", then the time of day. */
export function relativeTime(
  time: Date,
  now: Date,
  trans: TranslationBundle
): string {
  const age = now.getTime() - time.getTime();
  if (age < MINUTE_MS) {
    return trans.__('just now');
  }
  if (age < HOUR_MS) {
    return trans.__('%1 min ago', Math.floor(age / MINUTE_MS));
  }
  if (age < RELATIVE_MS) {
    return trans.__('%1 h ago', Math.floor(age / HOUR_MS));
  }
  return timeOfDay(time, trans);
}

/** The hour and the minute, as the user's locale writes them. */
export function timeOfDay(time: Date, trans: TranslationBundle): string {
  return time.toLocaleTimeString(localeOf(trans), {
    hour: 'numeric',
    minute: '2-digit'
  });
}

/** The hour, the minute and the second. */
export function timeToTheSecond(time: Date, trans: TranslationBundle): string {
  return time.toLocaleTimeString(localeOf(trans), {
    hour: 'numeric',
    minute: '2-digit',
    second: '2-digit'
  });
}

/** A time in a list of times, as short as tells it from its neighbours. */
export function tellingTime(
  time: Date,
  neighbours: readonly Date[],
  now: Date,
  trans: TranslationBundle
): string {
  const ways = [
    (one: Date) => relativeTime(one, now, trans),
    (one: Date) => timeOfDay(one, trans)
  ];
  const telling = ways.find(say =>
    neighbours.every(other => say(other) !== say(time))
  );
  return (telling ?? (one => timeToTheSecond(one, trans)))(time);
}

/** From when to when, in one day: "10:02–10:41". */
export function timeSpan(
  from: Date,
  to: Date,
  trans: TranslationBundle
): string {
  const texts = [from, to].map(time => timeOfDay(time, trans));
  const say = texts[0] === texts[1] ? timeToTheSecond : timeOfDay;
  return trans.__('%1 – %2', say(from, trans), say(to, trans));
}

/** The whole date and time, to the second. */
export function absoluteTime(time: Date, trans: TranslationBundle): string {
  return time.toLocaleString(localeOf(trans), {
    dateStyle: 'full',
    timeStyle: 'medium'
  });
}

/** A time that stays right while it is shown: "14:32:05", "3 Jun, 14:32:05". */
export function exactTime(
  time: Date,
  now: Date,
  trans: TranslationBundle
): string {
  if (dayOf(time) === dayOf(now)) {
    return timeToTheSecond(time, trans);
  }
  const sameYear = time.getFullYear() === now.getFullYear();
  return time.toLocaleString(localeOf(trans), {
    day: 'numeric',
    month: 'short',
    year: sameYear ? undefined : 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    second: '2-digit'
  });
}

/** The same without the second: "14:32", "3 Jun, 14:32". */
export function shortTime(
  time: Date,
  now: Date,
  trans: TranslationBundle
): string {
  if (dayOf(time) === dayOf(now)) {
    return timeOfDay(time, trans);
  }
  const sameYear = time.getFullYear() === now.getFullYear();
  return time.toLocaleString(localeOf(trans), {
    day: 'numeric',
    month: 'short',
    year: sameYear ? undefined : 'numeric',
    hour: 'numeric',
    minute: '2-digit'
  });
}

/** A time that can stand in a file's name: "2026-06-03-1432". */
export function timeInName(time: Date): string {
  const two = (part: number) => String(part).padStart(2, '0');
  const date = [
    time.getFullYear(),
    two(time.getMonth() + 1),
    two(time.getDate())
  ].join('-');
  return `${date}-${two(time.getHours())}${two(time.getMinutes())}`;
}

/** A time as people say it; the whole of it is one glance away. */
export function Time(props: {
  iso: string;
  trans: TranslationBundle;
}): JSX.Element {
  const time = new Date(props.iso);
  const now = new Date();
  const isRecent = now.getTime() - time.getTime() < RELATIVE_MS;
  const say = isRecent ? relativeTime : shortTime;
  return (
    <time dateTime={props.iso} title={absoluteTime(time, props.trans)}>
      {say(time, now, props.trans)}
    </time>
  );
}
