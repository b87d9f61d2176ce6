import { Notification } from '@jupyterlab/apputils';

/** From when on somebody who waits wants to know that something happens. */
const SOON_MS = 300;

/** Return what `work` gives; where that takes long, say what is waited for. */
export async function withProgress<T>(
  told: string,
  work: Promise<T>
): Promise<T> {
  let id: string | null = null;
  const timer = window.setTimeout(() => {
    id = Notification.emit(told, 'in-progress', { autoClose: false });
  }, SOON_MS);
  try {
    return await work;
  } finally {
    window.clearTimeout(timer);
    if (id !== null) {
      Notification.dismiss(id);
    }
  }
}
