const ACTS = ['pointerdown', 'keydown'] as const;

/** Do something in a moment, unless the user turns to something else before. */
export function soonUnlessUserActs(act: () => void, delayMs: number): void {
  const stop = () => {
    window.clearTimeout(timer);
    ACTS.forEach(type => document.removeEventListener(type, stop, true));
  };
  const timer = window.setTimeout(() => {
    stop();
    act();
  }, delayMs);
  ACTS.forEach(type => document.addEventListener(type, stop, true));
}
