// Check that the front end reads every pair in a file as it is meant.
//
//     node tests/notebooks/diff/check_with_front_end.mjs pairs.jsonl labextension
//
// For each pair, the comparison that is drawn must hold every cell of both notebooks once, in its
// place, and everything else that changed; outside of what is marked, texts must be the same.
// nbdime_pairs.py writes the file.

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
      cell.parts.filter(({ key }) => key === 'outputs').forEach(checkOutputs);
    }
  }
  const { cells: _, ...own } = base;
  const { cells: __, ...others } = remote;
  checkParts(own, others, parts);
  assert.equal(cells.some(({ kind }) => kind !== 'unchanged') || parts.length > 0, diff.length > 0);
}

function checkOutputs({ before, after, diff }) {
  const items = itemsOf(before, diff);
  const shown = items.filter(({ kind }) => kind !== 'removed');
  assert.deepEqual(shown.map(item => (item.kind === 'changed' ? item.after : item.value)), after);
  for (const item of items.filter(({ kind }) => kind === 'changed')) {
    checkParts(item.before, item.after, partsOf(item.before, item.diff));
  }
}

/** Each key that changed is a part, with both of its values. */
function checkParts(base, remote, parts) {
  const patched = { ...base };
  for (const { key, before, after } of parts) {
    assert.deepEqual(before, base[key]);
    patched[key] = after;
    checkMarks(parts.find(part => part.key === key));
    if (after === undefined) {
      delete patched[key];
    }
  }
  assert.deepEqual(patched, remote);
}

/** Both texts are the same where nothing is marked, also where their lines are shown otherwise. */
function checkMarks(part) {
  for (const shown of [undefined, line => line.replaceAll('x', '')]) {
    const changes = changesIn(part, shown);
    if (changes) {
      const [before, after] = [part.before, part.after].map(shown ?? (text => text));
      assert.equal(
        without(before, changes.map(({ fromA, toA }) => [fromA, toA])),
        without(after, changes.map(({ fromB, toB }) => [fromB, toB])),
      );
    }
  }
}

function without(text, ranges) {
  const starts = [0, ...ranges.map(([, to]) => to)];
  return starts.map((start, at) => text.slice(start, ranges[at]?.[0])).join('\0');
}

const [file, frontEnd] = process.argv.slice(2).map(argument => resolve(argument));
const { changesIn, comparisonOf, itemsOf, partsOf } = await bundled(
  `export * from './src/compare/changes'; export * from './src/compare/model'`,
  frontEnd,
);
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
