"""What is done to the embedded store apart from saving and reading: look how far versions are in
pieces, cut the rest now, and check the file.

Knows: the store's file, packing.  Must not know: settings, networks.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from ...databases import asides
from ...databases.asides import MovedAside
from ...databases.owned import DatabaseUnavailable, OwnedDatabase
from ...databases.readers import Readers
from ...errors import StoreError
from ...records import ObjectVersion
from . import tables
from .bodies import Bodies
from .errors import renamed
from .measuring import Measured, measure, quick_check
from .packing import Packing
from .salvage import until_known
from .tables import Row

T = TypeVar("T")

_PATIENCE_S = 3600.0
"""Who looks after a store waits until it is known what there is."""


class Upkeep:
    """Looks after one store, whose file is made where there is none."""

    def __init__(
        self, database: OwnedDatabase, readers: Readers, bodies: Bodies, packing: Packing
    ) -> None:
        self._database = database
        self._readers = readers
        self._bodies = bodies
        self._packing = packing

    async def measured(self) -> Measured:
        """Return how much there is, and how far it is in pieces."""
        await self._open()
        return await self._ask(measure)

    async def pack(self) -> bool:
        """Cut everything into pieces now; False when another thread or process is doing it."""
        await self._open()
        try:
            return await asyncio.to_thread(self._packing.pack) is not None
        except (OSError, sqlite3.Error, DatabaseUnavailable) as error:
            raise renamed(error.__cause__ or error) from error

    def pack_nothing(self) -> None:
        """Leave versions as they are from now on, in this process."""
        self._packing.close(timeout_s=0)

    async def unreadable(self) -> list[tuple[ObjectVersion, str]]:
        """Return the versions that are not in pieces and cannot be read, and why; reads them."""
        found: list[tuple[ObjectVersion, str]] = []
        for row in await self._ask(lambda db: tables.to_pack(db, tables.LAST)):
            try:
                await self._ask(partial(self._read, row=row))
            except StoreError as error:
                found.append((row.version, error.message))
        return found

    async def asides(self) -> list[MovedAside]:
        """Return the files that were moved aside from the place of this one, and what became of
        what was in them."""
        return await self._ask(lambda db: asides.known(db, self._database.file))

    async def quick_check(self, timeout_s: float) -> str | None:
        """Return what is wrong with the file, "" for nothing; None when that is not known after
        *timeout_s* seconds."""
        return await self._ask(lambda db: quick_check(db, timeout_s))

    def _read(self, db: sqlite3.Connection, row: Row) -> None:
        now = tables.at(db, row.sequence)
        if now is not None and now.kept == row.kept:  # else it was removed or packed meanwhile
            self._bodies.read(db, now)

    async def _open(self) -> None:
        await until_known(self._database, patience_s=_PATIENCE_S)

    async def _ask(self, question: Callable[[sqlite3.Connection], T]) -> T:
        def work() -> T:
            answer: list[T] = []
            self._readers.ask(lambda db: answer.append(question(db)))
            if not answer:
                raise FileNotFoundError(2, "the file is gone")
            return answer[0]

        try:
            return await asyncio.wrap_future(self._readers.submit(work))
        except (OSError, sqlite3.Error) as error:
            raise renamed(error) from error
