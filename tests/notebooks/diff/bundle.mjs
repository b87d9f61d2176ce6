// Modules that node cannot import as they are, bundled with the esbuild that vitest brings.

import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** What a module with these contents exports; its imports are looked for from `folder`. */
export async function bundled(contents, folder) {
  const made = mkdtempSync(join(tmpdir(), 'bundle-'));
  const outfile = join(made, 'bundle.mjs');
  const { build } = createRequire(join(folder, 'x.js'))('esbuild');
  try {
    await build({
      stdin: { contents, resolveDir: folder },
      bundle: true,
      format: 'esm',
      platform: 'node',
      mainFields: ['module', 'main'],
      logLevel: 'error',
      outfile,
    });
    return await import(pathToFileURL(outfile));
  } finally {
    rmSync(made, { recursive: true });
  }
}
