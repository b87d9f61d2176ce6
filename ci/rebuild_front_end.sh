#!/usr/bin/env bash
# Compile the front end from a clean `npm ci`, and say whether the committed files are what comes out.
set -euo pipefail
cd "$(dirname "$0")/.."

copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
mkdir "$copy/bookstore"
tar --exclude=node_modules --exclude=lib --exclude='*.tsbuildinfo' -cf - labextension | tar -xf - -C "$copy"

cd "$copy/labextension"
npm ci
npm run lint
npm test
npm run build
cd - >/dev/null

# Are our differences shown in full, and do nbdime's readers understand them?
python tests/notebooks/diff/nbdime_pairs.py "$copy/pairs.jsonl" --pairs 400
node tests/notebooks/diff/check_with_front_end.mjs "$copy/pairs.jsonl" "$copy/labextension"
node tests/notebooks/diff/check_with_nbdime.mjs "$copy/pairs.jsonl" "$copy/labextension/node_modules"

if ! git diff --no-index --exit-code --stat bookstore/labextension "$copy/bookstore/labextension"; then
    echo "bookstore/labextension is not what labextension/ compiles to: run 'npm run build' there." >&2
    exit 1
fi
