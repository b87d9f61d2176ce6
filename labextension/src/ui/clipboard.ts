import { Clipboard } from '@jupyterlab/apputils';

/** Put a text on the clipboard; browsers lend its API to secure pages only. */
export async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    Clipboard.copyToSystem(text);
  }
}
