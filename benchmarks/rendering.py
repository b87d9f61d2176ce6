"""What a notebook's page costs: processor time and size of the first 20 cells, and of all cells.

    python benchmarks/rendering.py [--notebooks 300] [--worst]

The notebooks are made up, the same ones every time: prose, code, printed lines, tables as pandas
writes them, plots of real sizes, tracebacks.  Reading the JSON counts.  ``--worst`` renders what is
meant to take long, in the processes that a server uses, with their limits.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks"), str(ROOT / "tests" / "kit")]

from made_up_notebooks import Maker

from bookstore.gallery.rendering import Limits, Options, Rendered, Renderer, render


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
