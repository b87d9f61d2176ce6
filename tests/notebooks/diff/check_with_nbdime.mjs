// Check that nbdime's JavaScript reads every pair in a file as it is meant.
//
//     node tests/notebooks/diff/check_with_nbdime.mjs pairs.jsonl labextension/node_modules
//
// For each pair, `patch` must give the remote; the model behind its widget must hold the remote's
// cells, sources and outputs, and be able to show each output's source.  nbdime_pairs.py writes the
// file.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { bundled } from './bundle.mjs';

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
const { patch, NotebookDiffModel } = await bundled(
  `export { patch } from 'nbdime/lib/patch';
  export { NotebookDiffModel } from 'nbdime/lib/diff/model';`,
  modules,
);
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
