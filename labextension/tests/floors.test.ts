import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';

const SOURCES = join(__dirname, '..', 'src');

/** What features stand on, the lowest first; every other folder is a feature. */
const FLOORS = ['server', 'ui', 'documents', 'versions'];

const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
  .filter(name => /\.tsx?$/.test(name))
  .map(name => join(SOURCES, name));

/** The folder of `src/` that a file is in; empty for what lies loose. */
function folderOf(file: string): string {
  const [folder, ...rest] = relative(SOURCES, file).split(/[\\/]/);
  return rest.length > 0 ? folder : '';
}

function importedFolders(file: string): string[] {
  const { importedFiles } = ts.preProcessFile(readFileSync(file, 'utf8'));
  return importedFiles
    .map(({ fileName }) => fileName)
    .filter(name => name.startsWith('.'))
    .map(name => folderOf(join(file, '..', name, 'x')));
}

/** May files of one folder import those of another? */
function mayImport(folder: string, imported: string): boolean {
  const height = FLOORS.indexOf(folder);
  const floor = FLOORS.indexOf(imported);
  const isBelow = floor >= 0 && (height < 0 || floor < height);
  return imported === folder || isBelow;
}

it('keeps nothing loose but the list of plugins', () => {
  const loose = files.filter(file => folderOf(file) === '');
  expect(loose.map(file => relative(SOURCES, file))).toEqual(['index.ts']);
});

it('imports downwards only, and features not from one another', () => {
  const folders = new Set(files.map(folderOf));
  expect([...folders]).toEqual(expect.arrayContaining(FLOORS));
  const wrong = files
    .filter(file => folderOf(file) !== '')
    .flatMap(file =>
      importedFolders(file)
        .filter(imported => !mayImport(folderOf(file), imported))
        .map(
          imported => `${relative(SOURCES, file)} imports ${imported || '.'}`
        )
    );
  expect(wrong).toEqual([]);
});
