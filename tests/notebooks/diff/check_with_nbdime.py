"""Check that nbdime's own patch gives the remote for every pair in a file.

    SOME_VENV_WITH_NBDIME/bin/python tests/notebooks/diff/check_with_nbdime.py pairs.jsonl

Needs nbdime and nothing of bookstore; nbdime_pairs.py writes the file.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from nbdime.diff_format import is_valid_diff
from nbdime.diff_utils import to_diffentry_dicts
from nbdime.patching import patch


def main(file: Path) -> None:
    """Stop at the first pair that nbdime reads otherwise."""
    lines = file.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines):
        pair = json.loads(line)
        diff = to_diffentry_dicts(pair["diff"])
        assert is_valid_diff(diff, deep=True), number
        patched = patch(pair["base"], diff)
        expected = json.dumps(pair["remote"], sort_keys=True)
        if json.dumps(patched, sort_keys=True) != expected:
            sys.exit(f"Pair {number} is patched to something else:\n{line}")
    print(f"nbdime (Python) gives the remote for all {len(lines)} pairs")  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]))
