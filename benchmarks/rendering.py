"""What a notebook's page costs: processor time and size of the first 20 cells, and of all cells.

    python benchmarks/rendering.py [--notebooks 300] [--worst]

The notebooks are made up, the same ones every time: prose, code, printed lines, tables as pandas
writes them, plots of real sizes, tracebacks.  Reading the JSON counts.  ``--worst`` renders what is
meant to take long, in the processes that a server uses, with their limits.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "kit")]

from bookstore.gallery.rendering import Limits, Options, Rendered, Renderer, render

PROSE = (
    "data frame model column value mean of the a we plot train test split score fit result "
    "figure shows that which each year by country missing rows between and with from"
)
WORDS = [*PROSE.split()]
CODE = """\
import pandas as pd
from sklearn.model_selection import train_test_split

def load_frame(path, *, columns=None):
    \"\"\"Return what is in a file.\"\"\"
    frame = pd.read_csv(path, usecols=columns)
    return frame.dropna().sort_values("year")  # the oldest first

frame = load_frame("data.csv")
X, y = frame.drop(columns="target"), frame["target"] * 1.5 + 3
for name in X.columns:
    print(f"{name}: {X[name].mean():.3f}")
"""


class Maker:
    """Makes notebooks."""

    def __init__(self) -> None:
        self.rng = random.Random(7)

    def notebook(self) -> bytes:
        """One as long as real ones: a few dozen cells, a few of them with hundreds."""
        count = min(400, max(3, int(self.rng.lognormvariate(3.3, 0.8))))
        metadata = {"language_info": {"name": "python"}}
        cells = [self.text() if self.rng.random() < 0.35 else self.code() for _ in range(count)]
        return json.dumps({"nbformat": 4, "metadata": metadata, "cells": cells}).encode()

    def text(self) -> dict[str, Any]:
        """Prose, with headings, lists, links, mathematics and tables."""
        parts = [f"{'#' * self.rng.randint(1, 4)} {self.words(4)}"]
        link = "[there](https://a.test/b)"
        parts += [
            f"{self.words(40)} **{self.words(2)}** $x_{{i}}^2$ {link}"
            for _ in range(self.rng.randint(1, 4))
        ]
        if self.rng.random() < 0.3:
            parts.append("\n".join(f"- `{self.words(1)}` {self.words(9)}" for _ in range(6)))
        if self.rng.random() < 0.1:
            parts.append("\n".join(["|a|b|c|", "|-|-|-|", *["|1|2|3|"] * 8]))
        return {"cell_type": "markdown", "metadata": {}, "source": "\n\n".join(parts)}

    def code(self) -> dict[str, Any]:
        """Code, and what it printed, displayed, plotted or raised."""
        lines = CODE.splitlines(keepends=True)
        start = self.rng.randrange(len(lines))
        outputs = [output for output in (self.output() for _ in range(2)) if output]
        source = lines[start : start + self.rng.randint(1, 12)]
        return {"cell_type": "code", "metadata": {}, "source": source, "outputs": outputs}

    def output(self) -> dict[str, Any] | None:
        """One output, or none."""
        kind = self.rng.random()
        if kind < 0.5:
            return None
        if kind < 0.72:
            text = "\n".join(self.words(8) for _ in range(self.rng.randint(1, 60)))
            return {"output_type": "stream", "name": "stdout", "text": text}
        if kind < 0.86:
            return self.shown({"text/html": self.table(), "text/plain": "table"})
        if kind < 0.97:
            picture = self.rng.randbytes(int(self.rng.lognormvariate(10.3, 0.9)))
            return self.shown({"image/png": base64.b64encode(picture).decode()})
        traceback = [f"\x1b[0;31m{self.words(3)}\x1b[0m \x1b[1;32m{n}\x1b[0m" for n in range(30)]
        return {"output_type": "error", "ename": "E", "evalue": "v", "traceback": traceback}

    def table(self) -> str:
        """A table as pandas writes it."""
        row = (
            "<tr><th>0</th>"
            + "".join(f"<td>{self.rng.random():.6f}</td>" for _ in range(9))
            + "</tr>"
        )
        return (
            "<div><style scoped>.dataframe tbody tr th { vertical-align: top; }</style>"
            f'<table border="1" class="dataframe">{row * self.rng.randint(5, 40)}</table></div>'
        )

    def words(self, count: int) -> str:
        """So many words."""
        return " ".join(self.rng.choice(WORDS) for _ in range(count))

    @staticmethod
    def shown(data: dict[str, Any]) -> dict[str, Any]:
        return {"output_type": "display_data", "metadata": {}, "data": data}


def costs(bodies: list[bytes], **how: Any) -> str:
    """Return a row of a table: processor time in ms, and kB of HTML."""
    times, sizes = [], []
    for body in bodies:
        started = time.process_time()
        shown: Rendered = render(body, **how)
        times.append((time.process_time() - started) * 1000)
        sizes.append(len(shown.html.encode()) / 1000)
    return " | ".join(
        f"{at(values, 50):,.0f} / {at(values, 95):,.0f} / {max(values):,.0f}"
        for values in (times, sizes)
    )


def at(values: list[float], percent: int) -> float:
    """Return a percentile."""
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


# -- the worst -------------------------------------------------------------------------------------


def text(source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def html(source: str) -> dict[str, Any]:
    output = Maker.shown({"text/html": source})
    return {"cell_type": "code", "metadata": {}, "source": "", "outputs": [output]}


WORST: dict[str, Callable[[], list[dict[str, Any]]]] = {
    "100,000 cells": lambda: [{"cell_type": "code", "metadata": {}, "source": "1"}] * 100_000,
    "an output of 50 MB": lambda: [
        {"cell_type": "code", "outputs": [{"output_type": "stream", "text": "x" * 50_000_000}]}
    ],
    "20 MB of images": lambda: (
        [{"cell_type": "code", "outputs": [Maker.shown({"image/png": "A" * 1_000_000})]}] * 20
    ),
    "5,000,000 small objects": lambda: [{"cell_type": "x", "source": [{}] * 5_000_000}],
    "20 cells of brackets": lambda: [text("[" * 190_000)] * 20,
    "20 cells of images in brackets": lambda: [text("![" * 95_000)] * 20,
    "20 cells of emphasis": lambda: [text("*a **a " * 27_000)] * 20,
    "20 cells of formulas": lambda: [text("$x_i^2$ " * 20_000)] * 20,
    "20 cells of 9,000 attachments": lambda: (
        [
            {
                **text("![x](attachment:a)\n" * 9_000),
                "attachments": {"a": {"image/png": "A" * 600_000}},
            }
        ]
        * 20
    ),
    "20 cells of nested lists": lambda: (
        [text("\n".join(f"{'  ' * depth}- x" for depth in range(400)))] * 20
    ),
    "20 wide tables": lambda: (
        [text("|" + "a|" * 3_000 + "\n|" + "-|" * 3_000 + "\n" + "|\n" * 50_000)] * 20
    ),
    "20 cells of 60 kB of code": lambda: (
        [{"cell_type": "code", "metadata": {}, "source": "x = f'{a}' # b\n" * 4_000}] * 20
    ),
    "20 outputs of open elements": lambda: [html("<font color=a>" * 190 + "<p>x" * 15_000)] * 20,
    "20 outputs of 1 MB of HTML": lambda: [html("<td>x</td>" * 100_000)] * 20,
}


def worst() -> Iterator[str]:
    """Yield a row for each notebook that is meant to take long."""
    for name, cells in WORST.items():
        body = json.dumps({"nbformat": 4, "metadata": {}, "cells": cells()}).encode()
        renderer = Renderer()
        started = time.perf_counter()
        try:
            shown = asyncio.run(renderer.render(body))
            told = f"{len(shown.html) / 1000:,.0f}"
        except Exception as error:
            told = str(error)
        finally:
            renderer.close()
        yield f"| {name} | {len(body) / 1e6:,.1f} | {time.perf_counter() - started:,.1f} | {told} |"


def main() -> None:
    """Print what was measured."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--notebooks", type=int, default=300)
    arguments.add_argument("--worst", action="store_true")
    chosen = arguments.parse_args()
    if chosen.worst:
        print("| notebook | MB | seconds | kB of HTML |\n|---|---|---|---|")
        for row in worst():
            print(row, flush=True)
        return
    maker = Maker()
    bodies = [maker.notebook() for _ in range(chosen.notebooks)]
    whole = Options(limits=Limits(cells=10_000))
    sizes = [len(body) / 1000 for body in bodies]
    largest = f"{at(sizes, 50):,.0f} / {at(sizes, 95):,.0f} / {max(sizes):,.0f}"
    print(f"{len(bodies)} notebooks, kB p50 / p95 / max: {largest}")
    print("| what | CPU ms p50 / p95 / max | HTML kB p50 / p95 / max |\n|---|---|---|")
    print(f"| first 20 cells | {costs(bodies)} |")
    print(f"| all cells | {costs(bodies, cells=slice(0, None), options=whole)} |")


if __name__ == "__main__":
    main()
