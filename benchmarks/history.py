"""What the first page of a history costs, for short and long histories, in one run.

    python benchmarks/history.py [--versions 10 1000 10000] [--rounds 30]

On the embedded store, with pages of ten, so that equal work is compared.  Every round asks each
history once, with nothing kept from the round before.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT)]

from bookstore.history import History
from bookstore.keys.workspace import Workspaces
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


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--versions", type=int, nargs="+", default=[10, 1000, 10_000])
    parser.add_argument("--rounds", type=int, default=30)
    arguments = parser.parse_args()
    asyncio.run(measure(arguments.versions, arguments.rounds))
