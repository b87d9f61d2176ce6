"""The cells of versions by their hashes, and what versions changed, for every store.

It is one SQLite file beside the outbox that can be thrown away at any time.  What is in it comes
from bodies and is found by a body's SHA-256, so no version is in it twice.

Knows: cells, a file.  Must not know: which versions there are, and where their bodies are.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import sqlite3
import threading
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, NamedTuple

from ...databases.disposable import DisposableDatabase, bytes_of
from ...manifests import Cell, WrittenCell, compress, decompress, written_cells_of
from .changes import Changed, Telling, change_between, first_line_changed

MOST_BYTES = 64 * 2**20
"""Of the file: 9,000 versions of 60 cells.  Those that were used longest ago go first."""
READ_AT_ONCE = 4
"""Bodies may be large."""
MOST_TEXT = 16 * 1024
"""Characters of a source that are kept."""
_HASHED_AS = 1
"""Another number when cells are hashed in another way: releases may share the file."""
_TOLD_AS = 1
"""Another number when changes are told in another way."""
_SHAPE = 2
"""Of the tables."""
_LARGEST_SHARE = 16
"""Of all the room, one version may have this part."""
_USED_AGAIN_AFTER_S = 3600
"""A second use within this time is not written down."""
_TABLES = ("bodies", "changes", "texts")
_SCHEMA = """
CREATE TABLE IF NOT EXISTS bodies (
    name TEXT PRIMARY KEY,
    kept BLOB NOT NULL,  -- a frame of zstd: JSON, the name and then the cells
    used REAL NOT NULL  -- a POSIX timestamp
);
CREATE TABLE IF NOT EXISTS changes (
    name TEXT PRIMARY KEY,  -- of the body before, and of the body
    kept BLOB NOT NULL,  -- a frame of zstd: JSON, the name and then what changed
    used REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS texts (
    name TEXT PRIMARY KEY,  -- the SHA-256 of a source
    kept BLOB NOT NULL,  -- a frame of zstd: JSON, the name and the beginning of the source
    used REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS bodies_by_use ON bodies (used);
CREATE INDEX IF NOT EXISTS changes_by_use ON changes (used);
CREATE INDEX IF NOT EXISTS texts_by_use ON texts (used)
"""
_IN_LIST = "(SELECT value FROM json_each(?))"
_log = logging.getLogger("bookstore.history")

Reading = Callable[[], Awaitable[bytes]]


class Body(NamedTuple):
    """A version's body, which is read when it has to be."""

    sha256: str
    read: Reading


class CellIndex:
    """Remembers the cells of bodies, and what one changed from another.

    A failure of SQLite or the disk costs only time: cells are made from the body then.  A damaged
    file is begun again.
    """

    def __init__(
        self,
        directory: Path,
        *,
        most_bytes: int = MOST_BYTES,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.file = directory / "cells.sqlite3"
        self._database = DisposableDatabase(
            self.file, schema=_SCHEMA, shape=_SHAPE, what="The index of cells", log=_log
        )
        self._most_bytes = most_bytes
        self._clock = clock
        self._free = asyncio.Semaphore(READ_AT_ONCE)
        self._taking_apart = threading.Lock()

    async def cells(self, sha256: str, read: Reading) -> tuple[Cell, ...]:
        """Return the cells of the body that has this *sha256*; none for what is no notebook.

        *read* returns the body, and is called when its cells are not known.  An empty *sha256* is
        that of no body: nothing is remembered.
        """
        known = await asyncio.to_thread(self._find_cells, sha256) if sha256 else None
        if known is not None:
            return known
        async with self._free:
            return await asyncio.to_thread(self._made, sha256, await read())

    async def changed(self, after: Body, before: Body | None) -> Changed | None:
        """Return what *after* changed from *before*, None for what is no notebook.

        It is found once for the two bodies.  Both have a SHA-256.
        """
        name = _change_name(after.sha256, before.sha256 if before else "")
        known = await asyncio.to_thread(self._find, "changes", name)
        if known is not None:
            return _changed(known)
        cells = await self.cells(*after)
        cells_before = await self.cells(*before) if before else ()
        is_same = before is not None and before.sha256 == after.sha256
        if not (cells or cells_before):
            return Changed() if is_same else None
        changed, telling = change_between(cells_before, cells, is_same=is_same)
        changed = replace(changed, excerpt=await self._excerpt(telling, after, before))
        await asyncio.to_thread(self._keep, "changes", {name: [asdict(changed)]})
        return changed

    async def known_changes(self, pairs: Sequence[tuple[str, str]]) -> list[Changed | None]:
        """Return what is known of *pairs*, the SHA-256 of a body and of the one before, or ""."""
        names = [_change_name(*pair) for pair in pairs]
        known = await asyncio.to_thread(self._find_all, "changes", names)
        return [_changed(known[name]) if name in known else None for name in names]

    async def texts(self, sources: Iterable[str], body: Body) -> dict[str, str]:
        """Return the beginnings of *sources*, hashes of what is written in *body*."""
        wanted = list(sources)
        found = await asyncio.to_thread(self._find_all, "texts", wanted)
        texts = {name: str(values[0]) for name, values in found.items()}
        if len(texts) < len(wanted):
            async with self._free:
                written = await asyncio.to_thread(self._taken_apart, await body.read())
            texts |= {each.cell.source_sha256: each.source[:MOST_TEXT] for each in written}
        return {name: texts.get(name, "") for name in wanted}

    def note(self, sha256: str, body: bytes) -> None:
        """Remember the cells of *body*, a new version's, and what is in them.  Blocks."""
        self._remember(sha256, self._taken_apart(body))

    # -- bodies --------------------------------------------------------------------------------

    def _taken_apart(self, body: bytes) -> tuple[WrittenCell, ...]:
        with self._taking_apart:  # one at a time: what is large takes a multiple of its size
            return written_cells_of(body) or ()

    def _made(self, sha256: str, body: bytes) -> tuple[Cell, ...]:
        written = self._taken_apart(body)
        if hashlib.sha256(body).hexdigest() == sha256:  # metadata may say what it likes
            self._remember(sha256, written)
        return tuple(each.cell for each in written)

    def _remember(self, sha256: str, written: tuple[WrittenCell, ...]) -> None:
        if self._keep("bodies", {_name_of(sha256): [each.cell for each in written]}):
            texts = {each.cell.source_sha256: each.source[:MOST_TEXT] for each in written}
            new = texts.keys() - self._find_all("texts", list(texts)).keys()
            self._keep("texts", {name: [texts[name]] for name in new if texts[name]})

    def _find_cells(self, sha256: str) -> tuple[Cell, ...] | None:
        found = self._find("bodies", _name_of(sha256))
        return None if found is None else tuple(Cell(*cell) for cell in found)

    # -- sources -------------------------------------------------------------------------------

    async def _excerpt(self, telling: Telling, after: Body, before: Body | None) -> str:
        texts = []
        for source, body in ((telling.before, before), (telling.after, after)):
            found = await self.texts([source], body) if source and body else {source: ""}
            texts.append(found[source])
        return await asyncio.to_thread(first_line_changed, *texts)

    # -- the file ------------------------------------------------------------------------------

    def _find(self, table: str, name: str) -> list[Any] | None:
        """Return what is kept in *table* under *name*, None where there is nothing."""
        return self._find_all(table, [name]).get(name)

    def _find_all(self, table: str, names: Sequence[str]) -> dict[str, list[Any]]:
        """Return what is kept in *table* under those of *names* under which there is something."""
        now, wanted = self._clock(), json.dumps(names)

        def find(database: sqlite3.Connection) -> list[tuple[str, bytes]]:
            rows = database.execute(
                f"SELECT name, kept, used FROM {table} WHERE name IN {_IN_LIST}",  # noqa: S608
                (wanted,),
            ).fetchall()
            if any(abs(now - used) > _USED_AGAIN_AFTER_S for _, _, used in rows):
                query = f"UPDATE {table} SET used = ? WHERE name IN {_IN_LIST}"  # noqa: S608
                database.execute(query, (now, wanted))
            return [(name, kept) for name, kept, _ in rows]

        found = self._database.run(find) or []
        unpacked = ((name, _unpacked(name, kept, self._most_bytes)) for name, kept in found)
        return {name: values for name, values in unpacked if values is not None}

    def _keep(self, table: str, things: Mapping[str, Sequence[Any]]) -> bool:
        """Keep *things*, values by their names, unless they are very large; say whether."""
        now = self._clock()
        rows = [(name, _packed(name, values), now) for name, values in things.items()]

        def keep(database: sqlite3.Connection) -> None:
            database.executemany(f"INSERT OR REPLACE INTO {table} VALUES (?, ?, ?)", rows)  # noqa: S608
            while bytes_of(database) > self._most_bytes and _forget_oldest(database):
                pass

        if sum(len(row[1]) for row in rows) > self._most_bytes // _LARGEST_SHARE:
            return False
        if rows:
            self._database.run(keep)
        return True


def _name_of(sha256: str) -> str:
    return f"{_HASHED_AS}:{sha256}"


def _change_name(after_sha256: str, before_sha256: str) -> str:
    return f"{_TOLD_AS}:{before_sha256}:{after_sha256}"


def _changed(kept: Sequence[Any]) -> Changed:
    [facts] = kept
    return Changed(**{**facts, "cells": tuple(facts["cells"])})


def _packed(name: str, values: Sequence[Any]) -> bytes:
    return compress(json.dumps([name, *values], separators=(",", ":")).encode())


def _unpacked(name: str, kept: bytes, most_bytes: int) -> list[Any] | None:
    """Return the values in *kept*; None when a power cut left something else there."""
    try:
        found, *values = json.loads(decompress(kept, max_bytes=most_bytes))
    except ValueError:
        return None
    return values if found == name else None


def _forget_oldest(database: sqlite3.Connection) -> bool:
    """Forget a tenth, so that this is seldom; say whether there was something to forget."""
    forgotten = 0
    for table in _TABLES:
        [number] = database.execute(f"SELECT COUNT(*) FROM {table}").fetchone()  # noqa: S608
        query = f"SELECT rowid FROM {table} ORDER BY used, rowid LIMIT ?"  # noqa: S608
        database.execute(f"DELETE FROM {table} WHERE rowid IN ({query})", (number // 10 + 1,))  # noqa: S608
        forgotten += number
    return bool(forgotten)
