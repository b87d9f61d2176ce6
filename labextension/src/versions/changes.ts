import type { TranslationBundle } from '@jupyterlab/translation';
import type { IChanged, IVersion } from '../server/answers';

/** What a version changed, in words: "2 cells edited, 1 added". */
export function changedText(
  changed: IChanged,
  trans: TranslationBundle
): string {
  const counted: [number, string, string][] = [
    [
      changed.cells_changed,
      trans._n('%1 cell edited', '%1 cells edited', changed.cells_changed),
      trans.__('%1 edited', changed.cells_changed)
    ],
    [
      changed.cells_added,
      trans._n('%1 cell added', '%1 cells added', changed.cells_added),
      trans.__('%1 added', changed.cells_added)
    ],
    [
      changed.cells_removed,
      trans._n('%1 cell removed', '%1 cells removed', changed.cells_removed),
      trans.__('%1 removed', changed.cells_removed)
    ],
    [
      changed.cells_moved,
      trans._n('%1 cell moved', '%1 cells moved', changed.cells_moved),
      trans.__('%1 moved', changed.cells_moved)
    ]
  ];
  const said = counted.filter(([count]) => count > 0);
  if (said.length > 0) {
    return said
      .map(([, alone, further], index) => (index === 0 ? alone : further))
      .join(', ');
  }
  if (changed.outputs_changed > 0) {
    return trans.__('outputs only');
  }
  return changed.metadata_changed
    ? trans.__('metadata only')
    : trans.__('nothing changed');
}

/** What several versions, newest first, changed together; empty where that is not known. */
export function changedTogether(
  versions: readonly IVersion[],
  trans: TranslationBundle
): { text: string; excerpt: string } {
  const told = versions
    .map(({ changed }) => changed)
    .filter((changed): changed is IChanged => changed !== null);
  const excerpt = told.find(changed => changed.excerpt)?.excerpt ?? '';
  const cells = new Set(told.flatMap(changed => changed.cells)).size;
  if (cells > 0) {
    return {
      text: trans._n('%1 cell edited', '%1 cells edited', cells),
      excerpt
    };
  }
  const isOnly = (count: (changed: IChanged) => number) =>
    told.some(changed => count(changed) > 0);
  if (
    isOnly(
      changed =>
        changed.cells_changed +
        changed.cells_added +
        changed.cells_removed +
        changed.cells_moved
    )
  ) {
    return { text: '', excerpt }; // cells without IDs, or only removed ones: the rows tell
  }
  const isShown = isOnly(changed => changed.outputs_changed);
  return { text: isShown ? trans.__('outputs only') : '', excerpt };
}
