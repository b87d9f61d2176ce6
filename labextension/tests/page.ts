/** What JupyterLab asks of a page when it is loaded, and jsdom has not. */
class NoDrag extends MouseEvent {}
class NoObserver {}

Object.assign(globalThis, {
  DragEvent: NoDrag,
  IntersectionObserver: NoObserver,
  ResizeObserver: NoObserver,
  matchMedia: () => ({ matches: false, addListener: () => undefined })
});

const { warn } = console;
console.warn = (...told: unknown[]) => {
  // Jupyter reads every cell before it is in a document, of which Yjs warns each time.
  if (!/^Invalid access|Not same Y.Doc$/.test(String(told[0]))) {
    warn(...told);
  }
};
