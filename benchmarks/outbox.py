"""What a long outage costs: an outbox in which 100,000 saves wait, against an empty one.

    python benchmarks/outbox.py [--entries 100000] [--keys 20000] [--rounds 200]

Both are on the same disk, and asked in turn.  Opening is what a start does before its first
delivery: become the one that delivers, look for what a crash left, find what is due.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from itertools import count
from pathlib import Path

from machine import resident_mb

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from bookstore.outbox import Outbox
from bookstore.records import Provenance, Save

SETTLE_S = 60.0
OPENINGS = 5
AT_ONCE = 1000
NUMBERS = count()

Question = Callable[[Outbox], Awaitable[object]]


def save_of(key: str, size_bytes: int) -> Save:
    """Return a save of *key*, with content that no other has."""
    body = f"{next(NUMBERS):0{size_bytes}}".encode()
    return Save(
        path=key.removeprefix("workspace/"),
        key=key,
        operation="put",
        provenance=Provenance.of(body, author="ada", kind="save"),
        body=body,
    )


def key_of(number: int) -> str:
    """Return the key of a notebook."""
    return f"workspace/{number}.ipynb"


async def fill(folder: Path, entries: int, keys: int, size_bytes: int) -> None:
    """Let saves wait as a server leaves them that was killed in an outage."""
    outbox = opened(folder)
    assert outbox.try_lead()
    await outbox.begin_lead(settle_after_s=SETTLE_S)
    for start in range(0, entries, AT_ONCE):
        numbers = range(start, min(start + AT_ONCE, entries))
        await outbox.add([save_of(key_of(number % keys), size_bytes) for number in numbers])
    await outbox.close()


def opened(folder: Path) -> Outbox:
    """Return the outbox in *folder*."""
    return Outbox(folder, max_bytes=2**40)


async def opening_s(folder: Path) -> float:
    """Return the seconds until the first delivery could begin."""
    began = time.perf_counter()
    outbox = opened(folder)
    assert outbox.try_lead()
    await outbox.begin_lead(settle_after_s=SETTLE_S)
    await outbox.sweep()
    await outbox.agenda(limit=32)
    took_s = time.perf_counter() - began
    await outbox.end_lead([], settle_after_s=SETTLE_S)
    await outbox.close()
    return took_s


async def measure_opening(full: Path, empty: Path, scratch: Path) -> None:
    """Print how long opening takes, after an orderly end and after a crash."""
    took: dict[str, list[list[float]]] = {
        "after a crash": [[], []],
        "after an orderly end": [[], []],
    }
    for number in range(OPENINGS):
        for index, folder in enumerate((full, empty)):
            copy = scratch / f"{number}-{index}"
            shutil.copytree(folder, copy)
            took["after a crash"][index].append(await opening_s(copy))
            took["after an orderly end"][index].append(await opening_s(copy))
            shutil.rmtree(copy)
    print("| opening | full | slowest | empty |")
    print("|---|---:|---:|---:|")
    for name, (ours, others) in took.items():
        print(
            f"| {name} | {statistics.median(ours):.3f} s | {max(ours):.3f} s"
            f" | {statistics.median(others):.3f} s |"
        )


async def measure_use(full: Path, empty: Path, rounds: int, size_bytes: int) -> None:
    """Print what each use of an outbox takes, and the ratio of the two."""

    async def add(outbox: Outbox) -> None:
        await outbox.add([save_of(key_of(next(NUMBERS) % 100), size_bytes)])

    async def add_and_take_out(outbox: Outbox) -> None:
        save = save_of(f"workspace/new-{next(NUMBERS)}.ipynb", size_bytes)
        await outbox.add([save])
        waiting = await outbox.next(save.key)
        assert waiting is not None
        await outbox.remove(waiting.entry)

    uses: dict[str, Question] = {
        "add": add,
        "add, read and take out": add_and_take_out,
        "what is due, and when": lambda outbox: outbox.agenda(limit=32),
        "the next one of a notebook": lambda outbox: outbox.next(key_of(7)),
        "how much waits": lambda outbox: outbox.totals(),
        "the oldest one": lambda outbox: outbox.entries(limit=1),
        "unsettled keys that are due": lambda outbox: outbox.unsettled.due(limit=4),
    }
    outboxes = [opened(full), opened(empty)]
    before_mb = resident_mb(os.getpid())
    print("\n| use | full, p50 | p99 | empty, p50 | p99 | ratio of p50 |")
    print("|---|---:|---:|---:|---:|---:|")
    for name, use in uses.items():
        took: list[list[float]] = [[], []]
        for number in range(rounds):
            for index in (0, 1) if number % 2 else (1, 0):
                began = time.perf_counter()
                await use(outboxes[index])
                took[index].append((time.perf_counter() - began) * 1000)
        (ours, ours_99), (others, others_99) = map(middle_and_slow, took)
        print(
            f"| {name} | {ours:.2f} ms | {ours_99:.2f} | {others:.2f} ms | {others_99:.2f}"
            f" | {ours / others:.2f} |"
        )
    print(f"\nMemory: {resident_mb(os.getpid()) - before_mb:+.0f} MB")
    for outbox in outboxes:
        await outbox.close()


def middle_and_slow(values: list[float]) -> tuple[float, float]:
    """Return the 50th and the 99th percentile."""
    cuts = statistics.quantiles(values, n=100, method="inclusive")
    return cuts[49], cuts[98]


async def measure(entries: int, keys: int, rounds: int, size_bytes: int) -> None:
    """Fill one outbox and compare it with one that is empty."""
    with tempfile.TemporaryDirectory() as folder:
        full, empty, scratch = (Path(folder) / name for name in ("full", "empty", "scratch"))
        print(f"making {entries} entries …", file=sys.stderr)
        await fill(full, entries, keys, size_bytes)
        await fill(empty, 0, 1, size_bytes)
        print(f"{entries} saves of {size_bytes} bytes wait for {keys} notebooks\n")
        await measure_opening(full, empty, scratch)
        await measure_use(full, empty, rounds, size_bytes)


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--keys", type=int, default=20_000)
    parser.add_argument("--bytes", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=200)
    arguments = parser.parse_args()
    asyncio.run(measure(arguments.entries, arguments.keys, arguments.rounds, arguments.bytes))


if __name__ == "__main__":
    main()
