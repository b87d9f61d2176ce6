// Check that the front end reads every pair in a file as it is meant.
//
//     node tests/diff/check_with_front_end.mjs pairs.jsonl labextension
//
// For each pair, the comparison that is drawn must hold every cell of both notebooks once, in its
// place, and everything else that changed.  nbdime_pairs.py writes the file.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { bundled } from './bundle.mjs';

function check({ base, remote, diff }, comparison) {
  const { cells, parts } = comparison;
  const before = cells.filter(({ kind }) => kind !== 'added');
  const after = cells.filter(({ kind }) => kind !== 'removed');
  assert.deepEqual(before.map(cell => cell.before ?? cell.cell), base.cells);
  assert.deepEqual(after.map(cell => cell.after ?? cell.cell), remote.cells);
  before.forEach(({ place }, index) => assert.equal(place.base, index));
  after.forEach(({ place }, index) => assert.equal(place.remote, index));
  for (const cell of cells) {
    assert.equal(cell.place.isMissing, cell.kind === 'removed');
    if (cell.kind === 'changed') {
      checkParts(cell.before, cell.after, cell.parts);
    }
  }
  const { cells: _, ...own } = base;
  const { cells: __, ...others } = remote;
  checkParts(own, others, parts);
  assert.equal(cells.some(({ kind }) => kind !== 'unchanged') || parts.length > 0, diff.length > 0);
}

/** Each key that changed is a part, with both of its values. */
function checkParts(base, remote, parts) {
  const patched = { ...base };
  for (const { key, before, after } of parts) {
    assert.deepEqual(before, base[key]);
    patched[key] = after;
    if (after === undefined) {
      delete patched[key];
    }
  }
  assert.deepEqual(patched, remote);
}

const [file, frontEnd] = process.argv.slice(2).map(argument => resolve(argument));
const { comparisonOf } = await bundled(`export * from './src/compare/model'`, frontEnd);
const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
lines.forEach((line, number) => {
  const pair = JSON.parse(line);
  try {
    check(pair, comparisonOf(pair));
  } catch (error) {
    console.error(`Pair ${number}: ${error.stack}\n${line}`);
    process.exit(1);
  }
});
console.log(`The front end shows all of ${lines.length} pairs`);
