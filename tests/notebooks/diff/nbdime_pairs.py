"""Write made-up pairs of notebooks and their differences, for nbdime's readers to check.

    python tests/notebooks/diff/nbdime_pairs.py pairs.jsonl [--pairs 400]
    node tests/notebooks/diff/check_with_nbdime.mjs pairs.jsonl labextension/node_modules
    SOME_VENV_WITH_NBDIME/bin/python tests/notebooks/diff/check_with_nbdime.py pairs.jsonl

A line is ``{"base": …, "remote": …, "diff": …}``.  The same number gives the same pairs.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings

ROOT = Path(__file__).resolve().parents[3]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "kit")]

from notebooks import code, display, notebook, pairs, stream  # noqa: E402

from bookstore.notebooks.diff import diff_notebooks  # noqa: E402

LINES = [f"value_{number} = compute({number})  # größer\n" for number in range(40)]


def by_hand() -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Pairs that chance seldom makes: long sources with several changes, and marks in lines."""
    edited = [line.replace("compute", "calculate") if "5" in line else line for line in LINES]
    del edited[20]
    edited.insert(33, "new = 1\n")
    old, new = "".join(LINES), "".join(edited)
    return [
        (notebook(code(old, "a")), notebook(code(new, "a"))),
        (notebook(code(new + "end", "a")), notebook(code(old, "a"))),
        (notebook(code("x", "a", (stream(old),))), notebook(code("x", "a", (stream(new),)))),
        (
            notebook(code("x", "a", (display(3, text_plain=old, text_html=new),), 3)),
            notebook(code("x", "a", (display(4, text_plain=new, text_html=old),), 4)),
        ),
    ]


def made_up(count: int) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Return so many pairs, the same ones every time; JavaScript reads each of them."""
    made: list[tuple[dict[str, Any], dict[str, Any]]] = []

    @seed(0)
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=[*HealthCheck],
    )
    @given(pairs(nan=False))  # JavaScript reads no NaN
    def collect(pair: tuple[dict[str, Any], dict[str, Any]]) -> None:
        made.append(pair)

    collect()
    return made


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--pairs", type=int, default=400)
    arguments = parser.parse_args()
    with arguments.file.open("w", encoding="utf-8") as file:
        for base, remote in by_hand() + made_up(arguments.pairs):
            diff = diff_notebooks(base, remote)
            file.write(json.dumps({"base": base, "remote": remote, "diff": diff}) + "\n")


if __name__ == "__main__":
    main()
