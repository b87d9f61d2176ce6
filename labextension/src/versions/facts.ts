import type { IVersion } from '../server/answers';

/** Was it made on purpose, and not by an autosave or another program? */
export function isDeliberate(version: IVersion): boolean {
  return (
    version.label !== '' ||
    (version.kind !== 'save' && version.kind !== 'outside')
  );
}

/** Is there content to show, compare and restore? */
export function hasContent(version: IVersion): boolean {
  return version.kind !== 'delete';
}

/** What stays the same when a version is delivered: its save, else its ID. */
export function identityOf(version: IVersion): string {
  return version.save_id || version.version_id;
}

/** The program that made it for somebody, as an author, "ada/claude"; empty for what people made. */
export function programOf({ author }: IVersion): string {
  const isOne = !author.includes(', ');
  return isOne && /[^/]\/[^/]/.test(author) ? author : '';
}
