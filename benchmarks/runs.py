"""What a run by addresses costs beyond papermill's own, in one run.

    python benchmarks/runs.py [--runs 10] [--store local|moto|ceph|swift]

A notebook of five short cells is executed by papermill, in turns from a file to a file and from the
store to the store, in one process.  The first run, which imports bookstore and opens the store, is
in a row of its own: it is what a process for one run pays.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import io
import os
import statistics
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import nbformat
import papermill
from real_or_moto import add_store_option, s3_server

CELLS = ("x = 1", "y = x + 1", "print(y)", "z = [y] * 10", "print(z)")
FILES = "notebook.ipynb", "result.ipynb"
ADDRESSES = "bookstore://notebook.ipynb", "bookstore://runs/notebook.ipynb"


async def save(root: Path) -> None:
    """Save the notebook as Jupyter does, so that it is a file and a version."""
    from bookstore import BookstoreContentsArchiver

    manager = BookstoreContentsArchiver(root_dir=str(root))
    cells = [nbformat.v4.new_code_cell(source) for source in CELLS]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    content = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    await manager.save({"type": "notebook", "format": "json", "content": content}, FILES[0])
    await manager.bookstore.close(deadline_s=10)


def seconds(places: tuple[str, str]) -> float:
    """Run it once."""
    began = time.perf_counter()
    with contextlib.redirect_stderr(io.StringIO()):
        papermill.execute_notebook(*places, progress_bar=False)
    return time.perf_counter() - began


def measure(runs: int) -> None:
    """Print the table."""
    seconds(FILES)  # what papermill itself imports is no part of it
    first = seconds(ADDRESSES), seconds(FILES)
    pairs = [(seconds(ADDRESSES), seconds(FILES)) for _ in range(runs)]
    print("| | with bookstore | papermill's own | ratio | beyond |")
    print("|---|---|---|---|---|")
    row("the first run of a process", *first)
    medians = map(statistics.median, zip(*pairs, strict=True))
    row(f"each of {runs} others, p50", *medians)


def row(name: str, ours_s: float, own_s: float) -> None:
    """Print one line of the table."""
    beyond_ms = (ours_s - own_s) * 1000
    print(
        f"| {name} | {ours_s:.2f} s | {own_s:.2f} s | {ours_s / own_s:.2f} | {beyond_ms:.0f} ms |"
    )


def main() -> None:
    """Measure in a folder of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10)
    add_store_option(parser, more=("local",), default="local")
    asked = parser.parse_args()
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for name in ("CONFIG", "DATA", "RUNTIME"):
            os.environ[f"JUPYTER_{name}_DIR"] = str(home / name.lower())
        if asked.store != "local":
            s3 = stack.enter_context(s3_server(asked.store))
            os.environ.update(s3.environment(s3.new_bucket()))
        (home / "notebooks").mkdir()
        os.chdir(home / "notebooks")
        asyncio.run(save(home / "notebooks"))
        measure(asked.runs)


if __name__ == "__main__":
    main()
