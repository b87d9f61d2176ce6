import { LabIcon } from '@jupyterlab/ui-components';
import type { VersionKind } from '../server/answers';

/** A drawing of lines in a 24 unit box, in the theme's colour for icons. */
export function icon(name: string, lines: string, dots = ''): LabIcon {
  const svgstr =
    '<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">' +
    '<g class="jp-icon3" stroke="#616161" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">' +
    `<path fill="none" d="${lines}"/></g>` +
    `<g class="jp-icon3" fill="#616161">${dots}</g></svg>`;
  return new LabIcon({ name: `bookstore:${name}`, svgstr });
}

function dot(x: number, y: number, radius: number): string {
  return `<circle cx="${x}" cy="${y}" r="${radius}"/>`;
}

/** A clock that runs backwards. */
export const historyIcon = icon(
  'history',
  'M4 4.5v5h5M4.6 9.3A8 8 0 1 1 5.8 16.6M12.3 8v4.4l3.2 1.9'
);

export const previewIcon = icon(
  'preview',
  'M2.5 12C5 7.7 8.3 5.6 12 5.6s7 2.1 9.5 6.4c-2.5 4.3-5.8 6.4-9.5 6.4S5 16.3 2.5 12z',
  dot(12, 12, 3)
);

export const compareIcon = icon(
  'compare',
  'M4 8h13M13.5 4.5L17 8l-3.5 3.5M20 16H7M10.5 12.5L7 16l3.5 3.5'
);

/** What came and what went. */
export const changesIcon = icon('changes', 'M7.5 4v8M3.5 8h8M12.5 17h8');

/** A leaf of a calendar. */
export const dateIcon = icon(
  'date',
  'M4 6h16v14H4zM4 10.5h16M8 3.5v4M16 3.5v4'
);

export const previousIcon = icon('previous', 'M6 15l6-6 6 6');

export const nextIcon = icon('next', 'M6 9l6 6 6-6');

export const foldedIcon = icon('folded', 'M9 6l6 6-6 6');

export const openedIcon = icon('opened', 'M6 9l6 6 6-6');

export const restoreIcon = icon(
  'restore',
  'M5 4.5v5h5M5.6 9.3A7.5 7.5 0 1 1 5.4 15'
);

export const undoIcon = icon(
  'undo',
  'M9 5L4.5 9.5L9 14M4.5 9.5H14a5 5 0 0 1 0 10h-3'
);

export const nameIcon = icon(
  'name',
  'M4 4h8l8.3 8.3-8 8L4 12z',
  dot(8.4, 8.4, 1.6)
);

export const linkIcon = icon(
  'link',
  'M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.3l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3a4 4 0 0 0 5.7 5.7l1-1'
);

/** A card with two lines of writing. */
export const addressIcon = icon('address', 'M4 6h16v12H4zM8 10h8M8 14h5');

export const moreIcon = icon(
  'more',
  '',
  dot(12, 5, 1.8) + dot(12, 12, 1.8) + dot(12, 19, 1.8)
);

export const pendingIcon = icon(
  'pending',
  'M7 4h10M7 20h10M8 4c0 5 4 5.5 4 8s-4 3-4 8M16 4c0 5-4 5.5-4 8s4 3 4 8'
);

export const failedIcon = icon('failed', 'M12 4l9 16H3zM12 10v4M12 17v.2');

export const copyIcon = icon('copy', 'M9 9h11v11H9zM15 9V4H4v11h5');

/** Frames on a wall. */
export const galleryIcon = icon(
  'gallery',
  'M4 4h7v9H4zM15 4h5v5h-5zM15 13h5v7h-5zM4 17h7v3H4z'
);

export const starIcon = icon(
  'star',
  'M12 4l2.5 5.3 5.5.8-4 4 1 5.7-5-2.7-5 2.7 1-5.7-4-4 5.5-.8z'
);

export const starredIcon = icon(
  'starred',
  'M12 4l2.5 5.3 5.5.8-4 4 1 5.7-5-2.7-5 2.7 1-5.7-4-4 5.5-.8z',
  '<path d="M12 4l2.5 5.3 5.5.8-4 4 1 5.7-5-2.7-5 2.7 1-5.7-4-4 5.5-.8z"/>'
);

/** What made a version; autosaves, of which there are most, are only dots. */
const KIND_ICONS: { readonly [kind in VersionKind]: LabIcon } = {
  save: icon('kind-save', '', dot(12, 12, 3.5)),
  manual: icon('kind-manual', 'M5 5h11l3 3v11H5zM8 5v4h6V5M8 19v-5h8v5'),
  restore: restoreIcon,
  clone: icon('kind-clone', 'M12 4v11M8 11l4 4 4-4M5 16v4h14v-4'),
  publish: icon('kind-publish', 'M12 15V4M8 8l4-4 4 4M5 14v6h14v-6'),
  rename: icon(
    'kind-rename',
    'M4 20l1-4.5L15.5 5l3.5 3.5L8.5 19zM13.5 7l3.5 3.5'
  ),
  copy: copyIcon,
  outside: icon('kind-outside', 'M5 7l5 5-5 5M12.5 17H19'),
  run: icon('kind-run', 'M8 5l10 7-10 7z'),
  kept: icon('kind-kept', 'M4 20l1-4.5L15.5 5l3.5 3.5L8.5 19z'),
  delete: icon('kind-delete', 'M5 7h14M9 7V4h6v3M7 7l1 13h8l1-13')
};

export function kindIcon(kind: VersionKind): LabIcon {
  return KIND_ICONS[kind] ?? KIND_ICONS.save;
}
