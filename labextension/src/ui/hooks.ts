import type { ISignal } from '@lumino/signaling';
import { useEffect, useReducer } from 'react';

/** Render again whenever *signal* is emitted, and every so many milliseconds. */
export function useChanges(
  signal: ISignal<unknown, unknown>,
  everyMs = 0
): void {
  const [, renderAgain] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    const slot = () => renderAgain();
    signal.connect(slot);
    return () => {
      signal.disconnect(slot);
    };
  }, [signal]);
  useEffect(() => {
    const timer = everyMs > 0 ? window.setInterval(renderAgain, everyMs) : 0;
    return () => window.clearInterval(timer);
  }, [everyMs]);
}
