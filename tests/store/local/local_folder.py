"""What is in the folder of an embedded store, and other processes that use it."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import subprocess
import sys
import textwrap
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from random import Random
from typing import TypeAlias

from bookstore.outbox import Outbox, part
from bookstore.store.local.store import DATABASE, LocalStore

REPOSITORY = Path(__file__).parents[3]
Open: TypeAlias = Callable[[], LocalStore]
"""Opens the store under test as a new process would."""

OF_BODIES = ("pieces", "uses", "manifests", "bodies")
"""The tables that hold what versions are made of."""

PUT_MANY = """
    import asyncio, sys
    from pathlib import Path
    from bookstore.store.local.store import LocalStore

    async def main(folder, name, count):
        store = LocalStore(Path(folder))
        for n in range(count):
            made = await store.put(
                "workspace/demo.ipynb", f"{name}{n}".encode(), metadata={}, content_type=""
            )
            print(made.version_id, flush=True)
        await store.close()

    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
"""
"""Puts so many versions, one after the other, and says the ID of each."""


def body_of(*cells: int, end: str = "") -> bytes:
    """A body of these cells, each of which is a piece, always the same for the same number."""
    texts = [f'"{Random(cell).randbytes(2500).hex()}"' for cell in cells]
    joined = ",\n".join(texts)
    return f'{{"cells": [\n{joined}\n], "end": "{end}"}}'.encode()


@contextlib.asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[tuple[LocalStore, Outbox]]:
    """The store in *folder* with what waits in its file, let go of at the end."""
    store = LocalStore(folder, shared_with=(part(folder),))
    outbox = Outbox(folder, max_bytes=10**8, database=store.database)
    try:
        yield store, outbox
    finally:
        await outbox.close()
        await store.close()


async def pack(store: LocalStore) -> int:
    """Cut everything that is whole into pieces; in these tests nothing else does it."""
    return await asyncio.to_thread(store._packing.pack)


def body_files(folder: Path) -> list[Path]:
    return sorted((folder / "bodies").glob("*"))


def moved_aside(folder: Path) -> list[Path]:
    """Files of the store that could not be used."""
    return sorted(folder.glob(f"{DATABASE}.*"))


def remove_file(folder: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        Path(f"{folder / DATABASE}{suffix}").unlink()


@contextlib.contextmanager
def opened_file(folder: Path) -> Iterator[sqlite3.Connection]:
    """The store's file, opened as by hand."""
    with contextlib.closing(sqlite3.connect(folder / DATABASE, isolation_level=None)) as db:
        yield db


def asked(folder: Path, query: str, *values: object) -> list[tuple[object, ...]]:
    """The rows that a question to the store's file gets."""
    with opened_file(folder) as db:
        return db.execute(query, values).fetchall()


def counted(folder: Path) -> dict[str, int]:
    """How many rows there are of what versions are made of."""
    with opened_file(folder) as db:
        counts = {table: db.execute(f"SELECT count(*) FROM {table}") for table in OF_BODIES}
        return {table: count.fetchone()[0] for table, count in counts.items()}


def run_python(script: str, *args: object) -> subprocess.Popen[str]:
    """Start *script* in a process of its own."""
    command = [sys.executable, "-c", textwrap.dedent(script), *map(str, args)]
    return subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)
