import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { absoluteTime, relativeTime, shortTime } from './times';

/** Older than this, the day says more than "14 h ago". */
const RELATIVE_MS = 12 * 3_600_000;

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
