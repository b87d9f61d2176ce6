"""What the first page of a history costs, for short and long histories, in one run; and, with
``--search``, what it costs to know what versions say, and to search them.

    python benchmarks/history.py [--versions 10 1000 10000] [--rounds 30]
    python benchmarks/history.py --search [--notebooks 1000] [--each 100] [--rounds 30]

On the embedded store, with pages of ten, so that equal work is compared.  Every round asks each
history once, with nothing kept from the round before.  To be searched: notebooks of 20 cells, of
which each version edits one; common words stand in every notebook, rare ones in one version.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT)]

from bookstore.history import History, Wanted
from bookstore.history.cell_index import CellIndex, Known, Ledger
from bookstore.keys.workspace import Workspaces
from bookstore.manifests import cells_of
from bookstore.outbox import Outbox
from bookstore.records import NOTEBOOK_CONTENT_TYPE, Provenance
from bookstore.store.local.store import LocalStore

LIMIT = 10


def key_of(versions: int) -> str:
    """Return the key of the notebook with so many versions."""
    return f"workspace/{versions}.ipynb"


async def fill(store: LocalStore, versions: int) -> None:
    """Make so many versions of one notebook; their bodies are few, since pages read none."""
    for number in range(versions):
        body = f"body {number % 7}".encode()
        metadata = Provenance.of(body, author="ada", kind="save").to_metadata()
        await store.put(
            key_of(versions), body, metadata=metadata, content_type=NOTEBOOK_CONTENT_TYPE
        )


async def first_page_ms(store: LocalStore, outbox: Outbox, versions: int) -> float:
    """Ask the first page as a server that has asked nothing before."""
    history = History(store=store, outbox=outbox, workspaces=Workspaces.of_setting("workspace"))
    started = time.perf_counter()
    page = await history.page(key_of(versions), limit=LIMIT)
    took_s = time.perf_counter() - started
    assert len(page.entries) == min(LIMIT, versions)
    return took_s * 1000


async def measure(lengths: list[int], rounds: int) -> None:
    """Fill a store, run the rounds, and print what they gave."""
    with tempfile.TemporaryDirectory() as folder:
        store = LocalStore(Path(folder) / "bucket")
        outbox = Outbox(Path(folder) / "outbox", max_bytes=2**30)
        for versions in lengths:
            print(f"making {versions} versions …", file=sys.stderr)
            await fill(store, versions)
        took: dict[int, list[float]] = {versions: [] for versions in lengths}
        for _ in range(rounds + 1):
            for versions in lengths:
                took[versions].append(await first_page_ms(store, outbox, versions))
        await outbox.close()
        await store.close()
    first = statistics.median(took[lengths[0]][1:])  # the first round warms up
    print(f"| versions | first page of {LIMIT}, p50 ms | ratio |")
    print("|---:|---:|---:|")
    for versions in lengths:
        middle = statistics.median(took[versions][1:])
        print(f"| {versions} | {middle:.2f} | {middle / first:.2f} |")


# -- search ------------------------------------------------------------------------------------

CELLS = 20
WORDS = ("import", "frame", "value", "model", "plot", "query", "column", "region", "sum", "mean")
SEARCHES = {
    "one version": "rare_{notebook}_{version}",
    "one notebook": "only_in_{notebook} ",
    "every notebook": "import",
    "two letters": "q_",
    "nothing": "stands_nowhere",
}


def bodies(notebook: int, each: int, rng: random.Random) -> list[bytes]:
    """Return the versions of one notebook, the oldest first."""

    def source(version: int) -> str:
        lines = [" ".join(rng.choices(WORDS, k=6)) for _ in range(rng.randrange(2, 8))]
        return "\n".join([f"only_in_{notebook} = rare_{notebook}_{version}", *lines])

    cells = [{"id": f"c{at}", "cell_type": "code", "source": source(-at)} for at in range(CELLS)]
    made = []
    for version in range(each):
        cells[rng.randrange(CELLS)]["source"] = source(version)
        made.append(json.dumps({"cells": cells, "nbformat": 4}).encode())
    return made


def learn(ledger: Ledger, key: str, made: list[bytes]) -> None:
    """Have the ledger know the versions of a notebook."""
    versions, texts = [], {}
    for number, body in enumerate(made):
        cells = cells_of(body) or ()
        sources = [cell["source"] for cell in json.loads(body)["cells"]]
        texts |= {cell.source_sha256: text for cell, text in zip(cells, sources, strict=True)}
        said = frozenset(cell.source_sha256 for cell in cells)
        facts = {"version_id": f"v{number}", "size_bytes": len(body)}
        versions.append(Known(f"v{number}", f"2026-{number:06}", "ada", "save", facts, said))
    ledger.add(key, 0, versions, texts)


def cost_of_the_index(index: CellIndex, rng: random.Random) -> tuple[float, float]:
    """Return milliseconds of processor time and bytes of the index of cells, per version."""
    made = bodies(0, 300, rng)
    index.note(hashlib.sha256(made[0]).hexdigest(), made[0])
    before, started = index.file.stat().st_size, time.process_time()
    for body in made[1:]:
        index.note(hashlib.sha256(body).hexdigest(), body)
    took_s, grown = time.process_time() - started, index.file.stat().st_size - before
    return took_s * 1000 / 299, grown / 299


def search_ms(ledger: Ledger, text: str, rounds: int) -> float:
    """Return the median of so many searches over all notebooks."""
    took = []
    for _ in range(rounds):
        started = time.perf_counter()
        ledger.search(Wanted(text=text), limit=50)
        took.append((time.perf_counter() - started) * 1000)
    return statistics.median(took)


def measure_search(notebooks: int, each: int, rounds: int) -> None:
    """Fill a ledger, search it, and print what that gave."""
    rng = random.Random(1)
    with tempfile.TemporaryDirectory() as folder:
        cpu_ms, grown = cost_of_the_index(CellIndex(Path(folder)), rng)
        ledger = Ledger(Path(folder))
        cpu_s = 0.0
        for notebook in range(notebooks):
            made = bodies(notebook, each, rng)
            started = time.process_time()
            learn(ledger, f"workspace/{notebook}.ipynb", made)
            cpu_s += time.process_time() - started
        versions = notebooks * each
        size = ledger.file.stat().st_size
        print("| per version | processor, ms | bytes |")
        print("|---|---:|---:|")
        print(f"| cells and texts | {cpu_ms:.2f} | {grown:.0f} |")
        print(f"| to be searched | {cpu_s * 1000 / versions:.2f} | {size / versions:.0f} |")
        print(f"\n| in {versions:,} versions of {notebooks:,} notebooks | p50 ms |")
        print("|---|---:|")
        for name, text in SEARCHES.items():
            wanted = text.format(notebook=notebooks // 2, version=each // 2)
            print(f"| {name}: {wanted!r} | {search_ms(ledger, wanted, rounds):.1f} |")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--versions", type=int, nargs="+", default=[10, 1000, 10_000])
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--search", action="store_true")
    parser.add_argument("--notebooks", type=int, default=1000)
    parser.add_argument("--each", type=int, default=100)
    arguments = parser.parse_args()
    if arguments.search:
        measure_search(arguments.notebooks, arguments.each, arguments.rounds)
        sys.exit()
    asyncio.run(measure(arguments.versions, arguments.rounds))
