const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'];

/** A size as JupyterLab's file browser writes it: "12.4 KB". */
export function formatSize(bytes: number): string {
  let size = bytes;
  let unit = 0;
  while (size >= 1000 && unit < UNITS.length - 1) {
    size /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || size >= 100 ? 0 : 1;
  return `${size.toFixed(digits)} ${UNITS[unit]}`;
}

/** A change of size with its sign; empty when there is none. */
export function formatSizeChange(bytes: number): string {
  if (bytes === 0) {
    return '';
  }
  const sign = bytes > 0 ? '+' : '−';
  return sign + formatSize(Math.abs(bytes));
}
