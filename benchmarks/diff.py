"""How long two notebooks take to compare, against Python nbdime, in one run.

    python benchmarks/diff.py [--timeout 600] [--rounds 5]

nbdime is installed into a virtual environment made for the run, and runs there as a process of its
own; reading the notebooks and starting Python are not counted.  Each comparison of nbdime's is made
once and given up at the timeout; ours is the median of the rounds.  Both differences, applied by
nbdime's own patch, must give the second notebook.

    python benchmarks/diff.py --awkward

Only ours, over the large and awkward notebooks of the tests.
"""

from __future__ import annotations

import argparse
import base64
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "kit")]

from bookstore.notebooks.diff import diff_notebooks

NBDIME = "nbdime==4.0.4"
Notebook = dict[str, Any]

THEIRS = """
import json, sys, time
import nbformat
from nbdime import diff_notebooks, patch_notebook
from nbdime.diff_utils import to_diffentry_dicts

pair = json.load(open(sys.argv[1]))
base, remote = (nbformat.from_dict(pair[side]) for side in ("base", "remote"))
assert patch_notebook(base, to_diffentry_dicts(pair["diff"])) == remote, "ours"
started = time.perf_counter()
diff = diff_notebooks(base, remote)
took_s = time.perf_counter() - started
assert patch_notebook(base, diff) == remote, "theirs"
print(took_s, len(json.dumps(diff)))
"""


class Maker:
    """Makes notebooks, the same ones every time."""

    def __init__(self) -> None:
        self.rng = random.Random(11)

    def source(self, lines: int) -> str:
        """Lines of eight words."""
        return "\n".join(
            " ".join(f"name_{self.rng.randrange(2_000)}" for _ in range(8)) for _ in range(lines)
        )

    def cell(self, lines: int, id: str = "", outputs: tuple[Any, ...] = ()) -> dict[str, Any]:
        """A code cell, with an id or without."""
        cell = {
            "cell_type": "code",
            "source": self.source(lines),
            "metadata": {},
            "outputs": [*outputs],
            "execution_count": None,
        }
        return {**cell, "id": id} if id else cell

    def stream(self, lines: int) -> dict[str, Any]:
        """What a cell printed."""
        return {"output_type": "stream", "name": "stdout", "text": self.source(lines) + "\n"}

    def image(self, size_bytes: int) -> dict[str, Any]:
        """What a cell drew."""
        png = base64.b64encode(self.rng.randbytes(size_bytes)).decode()
        return {
            "output_type": "display_data",
            "metadata": {},
            "data": {"image/png": png, "text/plain": "<Figure size 640x480 with 1 Axes>"},
        }

    def edited(self, cell: dict[str, Any]) -> dict[str, Any]:
        """The cell with one word of its source changed."""
        words = cell["source"].split(" ")
        words[self.rng.randrange(len(words))] = "edited"
        return {**cell, "source": " ".join(words)}

    def large(self) -> tuple[Notebook, Notebook]:
        """5 MB: text and images; an afternoon's edits and a rerun of every fifth cell."""
        cells = [
            self.cell(20, f"id-{at}", (self.stream(60), self.image(5_000))) for at in range(400)
        ]
        remote = [self.edited(cell) if at % 10 == 0 else cell for at, cell in enumerate(cells)]
        for at in range(0, 400, 5):
            outputs = [self.stream(60), self.image(5_000)]
            remote[at] = {**remote[at], "outputs": outputs, "execution_count": at}
        del remote[40]
        remote.insert(200, self.cell(20, "new"))
        return _notebook(cells), _notebook(remote)

    def unrelated(self, count: int) -> tuple[Notebook, Notebook]:
        """Cells of which none has anything to do with another."""
        first, second = (
            _notebook([self.cell(10, f"{side}-{at}") for at in range(count)]) for side in "ab"
        )
        return first, second

    def without_ids(self, count: int) -> tuple[Notebook, Notebook]:
        """Cells as nbformat 4.4 has them, half of them edited, two inserted and one removed."""
        cells = [self.cell(10, "", (self.stream(5),)) for _ in range(count)]
        remote = [self.edited(cell) if at % 2 else cell for at, cell in enumerate(cells)]
        remote[50:50] = [self.cell(10), self.cell(10)]
        del remote[120]
        return _notebook(cells, minor=4), _notebook(remote, minor=4)


def _notebook(cells: list[dict[str, Any]], minor: int = 5) -> Notebook:
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": minor}


def ours(base: Notebook, remote: Notebook, rounds: int) -> tuple[float, list[dict[str, Any]]]:
    """Return the median of the seconds that a comparison takes, and the difference."""
    times, diff = [], []
    for _ in range(rounds):
        started = time.perf_counter()
        diff = diff_notebooks(base, remote)
        times.append(time.perf_counter() - started)
    return statistics.median(times), diff


def theirs(python: Path, pair: Path, timeout_s: float) -> float | None:
    """Return the seconds that nbdime's comparison takes, None beyond *timeout_s*."""
    command = [str(python), "-c", THEIRS, str(pair)]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=timeout_s, check=False
        )
    except subprocess.TimeoutExpired:
        return None
    if done.returncode:
        sys.exit(done.stderr)
    return float(done.stdout.split()[0])


def environment(folder: Path) -> Path:
    """Make a virtual environment that has nbdime, and return its interpreter."""
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    subprocess.run([str(python), "-m", "pip", "install", "--quiet", NBDIME], check=True)
    return python


def awkward(rounds: int) -> None:
    """Print what the large and awkward notebooks of the tests take."""
    from test_large_notebooks import CASES

    print("| notebooks | time |")
    print("|---|---|")
    for name, (base, remote) in CASES.items():
        print(f"| {name} | {ours(base, remote, rounds)[0] * 1000:.0f} ms |")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--timeout", type=float, default=600.0, help="seconds for one of nbdime's")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--awkward", action="store_true", help="ours alone, on awkward notebooks")
    arguments = parser.parse_args()
    if arguments.awkward:
        awkward(arguments.rounds)
        return
    make = Maker()
    cases = {
        "5 MB, an afternoon's edits": make.large(),
        "20 unrelated cells": make.unrelated(20),
        "500 unrelated cells": make.unrelated(500),
        "200 cells without ids": make.without_ids(200),
    }
    with tempfile.TemporaryDirectory() as folder:
        python = environment(Path(folder) / "venv")
        print(f"| notebooks | size | bookstore | {NBDIME} | ratio |")
        print("|---|---|---|---|---|")
        for name, (base, remote) in cases.items():
            own_s, diff = ours(base, remote, arguments.rounds)
            pair = Path(folder) / "pair.json"
            pair.write_text(json.dumps({"base": base, "remote": remote, "diff": diff}))
            other_s = theirs(python, pair, arguments.timeout)
            row(name, len(json.dumps(base)), own_s, other_s, arguments.timeout)


def row(name: str, size: int, own_s: float, other_s: float | None, timeout_s: float) -> None:
    """Print one line of the table."""
    other = f"{other_s:.1f} s" if other_s else f"over {timeout_s:.0f} s"
    times = (other_s or timeout_s) / own_s
    ratio = f"{times:,.0f}" if times >= 10 else f"{times:.1f}"
    print(
        f"| {name} | {size / 1e6:.1f} MB | {own_s * 1000:.0f} ms | {other}"
        f" | {'' if other_s else 'over '}{ratio} |",
        flush=True,
    )


if __name__ == "__main__":
    main()
