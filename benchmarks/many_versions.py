"""What an embedded store of very many versions costs, against one of few.

    python benchmarks/many_versions.py [--versions 200000]

Half of the versions are of one notebook, the others of a hundred.  Each differs from the one before
in a cell.  They are put and cut into pieces, and the process is killed; the figures are those of a
new process, which opens what it left.  200,000 take some five minutes and 200 MB.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT)]

from machine import resident_mb

from bookstore.store.local.store import LocalStore

FEW = 1_000
AT_ONCE = 256
PACKED_EVERY = 4_096
LONG, OTHERS = "long.ipynb", 100
TRIES = 20
PAGE = 50
Figures = dict[str, float]


def cell(random: Random) -> dict[str, object]:
    """A code cell of some lines."""
    lines = [f"value_{random.randrange(10**6)} = compute({random.random()})\n" for _ in range(8)]
    return {"cell_type": "code", "id": f"{random.getrandbits(32):08x}", "source": lines}


class Notebooks:
    """Notebooks that are edited, one cell at a time; the same edits every time."""

    def __init__(self) -> None:
        self._random = Random(1)
        self._cells: dict[str, list[dict[str, object]]] = {}

    def next(self) -> tuple[str, bytes]:
        """Edit one; return its key and what it is now."""
        other = f"{self._random.randrange(OTHERS)}.ipynb"
        key = LONG if self._random.random() < 0.5 else other
        cells = self._cells.setdefault(key, [cell(self._random) for _ in range(15)])
        cells[self._random.randrange(15)] = cell(self._random)
        return key, json.dumps({"cells": cells, "nbformat": 4}, indent=1).encode()


async def put(store: LocalStore, key: str, body: bytes) -> str:
    """Put a version; return its ID."""
    made = await store.put(key, body, metadata={"bookstore-author": "ada"}, content_type="")
    return made.version_id


async def fill(folder: Path, versions: int) -> None:
    """Put so many versions, cut them into pieces, and die."""
    store, notebooks = LocalStore(folder), Notebooks()
    for count in range(0, versions, AT_ONCE):
        await asyncio.gather(*(put(store, *notebooks.next()) for _ in range(AT_ONCE)))
        if count % PACKED_EVERY == 0:
            await store.upkeep.pack()
    while not await store.upkeep.pack():  # the store is at it by itself
        await asyncio.to_thread(time.sleep, 0.1)
    os.kill(os.getpid(), signal.SIGKILL)


async def ms(work: Callable[[], Awaitable[object]], tries: int = TRIES) -> float:
    """The median of the milliseconds that *work* takes."""
    took_ms = []
    for _ in range(tries):
        began = time.perf_counter()
        await work()
        took_ms.append(1000 * (time.perf_counter() - began))
    return statistics.median(took_ms)


async def newest(store: LocalStore, count: int) -> list[str]:
    """The IDs of the newest *count* versions of the long notebook."""
    found: list[str] = []
    async for version in store.versions(LONG):
        found.append(version.version_id)
        if len(found) == count:
            break
    return found


async def look(folder: Path, told: multiprocessing.SimpleQueue[Figures]) -> None:
    """Tell what it costs to use the store in *folder*."""
    store, notebooks = LocalStore(folder), Notebooks()
    figures = {"opened after a kill -9 and asked, ms": await ms(lambda: newest(store, 1), tries=1)}
    figures["a save, ms"] = await ms(lambda: put(store, *notebooks.next()))
    figures[f"history, the first {PAGE}, ms"] = await ms(lambda: newest(store, PAGE))
    figures["the newest version's bytes, ms"] = await ms(lambda: store.get(LONG))
    figures["memory, MB"] = resident_mb(os.getpid())
    every = await newest(store, 10**9)
    figures["the oldest version's bytes, ms"] = await ms(
        lambda: store.get(LONG, version_id=every[-1])
    )
    some = iter([every[start : start + 20] for start in range(100, 300, 20)])
    figures["20 versions removed, ms"] = await ms(lambda: store.remove(LONG, next(some)), tries=10)
    await store.close()
    told.put(figures)


def in_process(work: Callable[..., Awaitable[None]], *arguments: object) -> None:
    """Do *work* in a process of its own, and wait for its end, by itself or by a kill."""
    process = multiprocessing.get_context("spawn").Process(target=_run, args=(work, *arguments))
    process.start()
    process.join()
    if process.exitcode not in (0, -signal.SIGKILL):
        raise SystemExit(process.exitcode)


def _run(work: Callable[..., Awaitable[None]], *arguments: object) -> None:
    asyncio.run(work(*arguments))  # type: ignore[arg-type]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--versions", type=int, default=200_000)
    many = arguments.parse_args().versions
    figures: dict[int, Figures] = {}
    for versions in (FEW, many):
        with tempfile.TemporaryDirectory() as home:
            folder = Path(home) / "store"
            told: multiprocessing.SimpleQueue[Figures]
            told = multiprocessing.get_context("spawn").SimpleQueue()
            in_process(fill, folder, versions)
            in_process(look, folder, told)
            figures[versions] = told.get()
            size_bytes = sum(file.stat().st_size for file in folder.iterdir() if file.is_file())
            figures[versions]["on disk, bytes a version"] = size_bytes / versions
    print(f"| what | {FEW:,} versions | {many:,} versions | ratio |\n|---|---|---|---|")
    for name, of_few in figures[FEW].items():
        of_many = figures[many][name]
        print(f"| {name} | {of_few:.1f} | {of_many:.1f} | {of_many / of_few:.2f} |")


if __name__ == "__main__":
    main()
