// Check that nbdime's JavaScript reads every pair in a file as it is meant.
//
//     node tests/diff/check_with_nbdime.mjs pairs.jsonl labextension/node_modules
//
// For each pair, `patch` must give the remote; the model behind the widget must hold the remote's
// cells, sources and outputs, and be able to show each output's source.  nbdime_pairs.py writes the
// file.  nbdime is bundled with the esbuild that vitest brings, since node cannot import it as it is.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

async function loadNbdime(modules) {
  const folder = mkdtempSync(join(tmpdir(), 'nbdime-'));
  const outfile = join(folder, 'nbdime.mjs');
  const { build } = createRequire(join(modules, 'x.js'))('esbuild');
  try {
    await build({
      stdin: {
        contents: `export { patch } from 'nbdime/lib/patch';
          export { NotebookDiffModel } from 'nbdime/lib/diff/model';`,
        resolveDir: modules,
      },
      bundle: true,
      format: 'esm',
      platform: 'node',
      mainFields: ['module', 'main'],
      logLevel: 'error',
      outfile,
    });
    return await import(pathToFileURL(outfile));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const TEXT_MIMES = ['text/plain', 'text/html', 'image/png', 'application/json'];
const STREAM = 'application/vnd.jupyter.stdout';

function checkOutputs(cell, expected) {
  const shown = cell.outputs.filter(output => !output.deleted);
  assert.deepEqual(shown.map(output => output.remote), expected);
  for (const output of cell.outputs) {
    output.stringify();
    for (const mime of [...TEXT_MIMES, STREAM]) {
      const key = output.hasMimeType(mime);
      if (key) {
        output.stringify(key).getLineChunks();
      }
    }
  }
}

// The widget shows -0 as 0.
const plain = value => JSON.parse(JSON.stringify(value));

function checkModel(model, remote) {
  const cells = model.cells.filter(cell => !cell.deleted);
  assert.deepEqual(cells.map(cell => cell.source.remote), remote.cells.map(cell => cell.source));
  cells.forEach((cell, index) => {
    const expected = remote.cells[index];
    assert.equal(cell.cellType, expected.cell_type);
    assert.equal(cell.cellId.remote, expected.id);
    cell.source.getLineChunks();
    cell.metadata.getLineChunks();
    assert.deepEqual(JSON.parse(cell.metadata.remote), plain(expected.metadata));
    if (expected.cell_type === 'code') {
      assert.equal(cell.executionCount.remote, expected.execution_count);
      checkOutputs(cell, expected.outputs);
    }
  });
}

const [file, modules] = process.argv.slice(2).map(argument => resolve(argument));
const { patch, NotebookDiffModel } = await loadNbdime(modules);
const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
lines.forEach((line, number) => {
  const { base, remote, diff } = JSON.parse(line);
  try {
    assert.deepEqual(patch(base, diff), remote);
    checkModel(new NotebookDiffModel(base, diff), remote);
  } catch (error) {
    console.error(`Pair ${number}: ${error.stack}\n${line}`);
    process.exit(1);
  }
});
console.log(`nbdime (JavaScript) gives the remote for all ${lines.length} pairs`);
