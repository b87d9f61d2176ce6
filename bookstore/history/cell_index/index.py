"""The cells of versions by their hashes, and what versions changed, for every store.

It is one SQLite file beside the outbox that can be thrown away at any time.  What is in it comes
from bodies and is found by a body's SHA-256, so no version is in it twice.

Knows: cells, a file.  Must not know: which versions there are, and where their bodies are.
"""

from __future__ import annotations

import asyncio
import hashlib
import threading
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from ...manifests import Cell, WrittenCell, written_cells_of
from .changes import Changed, Telling, change_between, first_line_changed
from .kept import Kept, KeptFile

T = TypeVar("T")

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
_BODIES, _CHANGES, _TEXTS = _TABLES = ("bodies", "changes", "texts")
"""Cells, and changes, by SHA-256s of bodies, and beginnings of sources by theirs."""

Reading = Callable[[], Awaitable[bytes]]
Pair = tuple[str, str]
"""The SHA-256 of a body, and before it that of the body of the version before, "" for none."""


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
        self._kept = KeptFile(
            self.file, tables=_TABLES, what="The index of cells", most_bytes=most_bytes, clock=clock
        )
        self._free = asyncio.Semaphore(READ_AT_ONCE)
        self._taking_apart = threading.Lock()

    async def cells(self, sha256: str, read: Reading) -> tuple[Cell, ...]:
        """Return the cells of the body that has this *sha256*; none for what is no notebook.

        *read* returns the body, and is called when its cells are not known.  An empty *sha256* is
        that of no body: nothing is remembered.
        """
        known = await asyncio.to_thread(self.known_cells, [sha256]) if sha256 else {}
        if sha256 in known:
            return known[sha256]
        async with self._free:
            return await asyncio.to_thread(self._made, sha256, await read())

    async def changed(self, after: Body, before: Body | None) -> Changed | None:
        """Return what *after* changed from *before*, None for what is no notebook.

        It is found once for the two bodies.  Both have a SHA-256.
        """
        pair = (before.sha256 if before else "", after.sha256)
        [known] = await self.known_changes([pair])
        if known is not None:
            return known
        cells = await self.cells(*after)
        cells_before = await self.cells(*before) if before else ()
        if (told := _told(pair, cells_before, cells)) is None:
            return None
        changed, telling = told
        changed = replace(changed, excerpt=await self._excerpt(telling, after, before))
        await asyncio.to_thread(self._kept.run, lambda kept: _keep_changes(kept, {pair: changed}))
        return changed

    async def known_changes(self, pairs: Sequence[Pair]) -> list[Changed | None]:
        """Return what is known of *pairs* of bodies."""
        names = [_change_name(pair) for pair in pairs]
        found = await asyncio.to_thread(self._kept.run, lambda kept: kept.find(_CHANGES, names))
        known = found or {}
        return [_changed(known[name]) if name in known else None for name in names]

    async def texts(self, sources: Iterable[str], body: Body) -> dict[str, str]:
        """Return the beginnings of *sources*, hashes of what is written in *body*."""
        wanted = list(sources)
        texts = await asyncio.to_thread(self.known_texts, wanted)
        if len(texts) < len(wanted):
            async with self._free:
                written = await asyncio.to_thread(self._taken_apart, await body.read())
            texts |= {each.cell.source_sha256: each.source[:MOST_TEXT] for each in written}
        return {name: texts.get(name, "") for name in wanted}

    async def _excerpt(self, telling: Telling, after: Body, before: Body | None) -> str:
        texts = []
        for source, body in ((telling.before, before), (telling.after, after)):
            found = await self.texts([source], body) if source and body else {source: ""}
            texts.append(found[source])
        return await asyncio.to_thread(first_line_changed, *texts)

    # -- what blocks ---------------------------------------------------------------------------

    def together(self, work: Callable[[], T]) -> T | None:
        """Return what *work* returns, for which the index is opened once; None when it cannot
        be."""
        return self._kept.together(work)

    def note(self, sha256: str, body: bytes) -> None:
        """Remember the cells of *body*, a new version's, and what is in them."""
        self.note_all({sha256: body})

    def note_all(self, bodies: Mapping[str, bytes]) -> None:
        """Remember the cells of *bodies*, by their SHA-256, and what is in them."""
        self._remember({sha256: self._taken_apart(body) for sha256, body in bodies.items()})

    def note_changes(self, bodies: Sequence[str]) -> None:
        """Remember what each of *bodies* changed from the one before it, as far as both are known.

        They are SHA-256s in the order of versions; "" is before the first of all.
        """

        def note(kept: Kept) -> None:
            cells = {"": (), **_cells_in(kept, bodies)}
            told = {
                pair: found
                for pair in pairwise(bodies)
                if pair[1] and cells.keys() >= {*pair}
                if (found := _told(pair, *(cells[sha256] for sha256 in pair)))
            }
            tellings = {source for _, telling in told.values() for source in telling}
            texts = {"": "", **_texts_in(kept, tellings)}
            changes = {
                pair: replace(
                    changed, excerpt=first_line_changed(*(texts[each] for each in telling))
                )
                for pair, (changed, telling) in told.items()
                if texts.keys() >= {*telling}
            }
            _keep_changes(kept, changes)

        self._kept.run(note)

    def known_cells(self, bodies: Iterable[str]) -> dict[str, tuple[Cell, ...]]:
        """Return the cells of those of *bodies*, SHA-256s, that are known."""
        return self._kept.run(lambda kept: _cells_in(kept, bodies)) or {}

    def known_texts(self, sources: Iterable[str]) -> dict[str, str]:
        """Return the beginnings of those of *sources*, hashes, that are known."""
        return self._kept.run(lambda kept: _texts_in(kept, sources)) or {}

    def _taken_apart(self, body: bytes) -> tuple[WrittenCell, ...]:
        with self._taking_apart:  # one at a time: what is large takes a multiple of its size
            return written_cells_of(body) or ()

    def _made(self, sha256: str, body: bytes) -> tuple[Cell, ...]:
        written = self._taken_apart(body)
        if hashlib.sha256(body).hexdigest() == sha256:  # metadata may say what it likes
            self._remember({sha256: written})
        return tuple(each.cell for each in written)

    def _remember(self, bodies: Mapping[str, tuple[WrittenCell, ...]]) -> None:
        def remember(kept: Kept) -> None:
            for sha256, written in bodies.items():
                if kept.keep(_BODIES, {_name_of(sha256): [each.cell for each in written]}):
                    texts = {each.cell.source_sha256: each.source for each in written}
                    new = texts.keys() - _texts_in(kept, texts).keys()
                    kept.keep(_TEXTS, {source: [texts[source][:MOST_TEXT]] for source in new})

        self._kept.run(remember)


def _told(
    pair: Pair, before: Sequence[Cell], after: Sequence[Cell]
) -> tuple[Changed, Telling] | None:
    """Return what one body changed from the other, None where both are no notebook."""
    is_same = pair[0] == pair[1]
    if not (before or after):
        return (Changed(), Telling()) if is_same else None
    return change_between(before, after, is_same=is_same)


def _cells_in(kept: Kept, bodies: Iterable[str]) -> dict[str, tuple[Cell, ...]]:
    names = {_name_of(sha256): sha256 for sha256 in bodies}
    found = kept.find(_BODIES, names)
    return {names[name]: tuple(Cell(*cell) for cell in cells) for name, cells in found.items()}


def _texts_in(kept: Kept, sources: Iterable[str]) -> dict[str, str]:
    return {name: str(text) for name, [text] in kept.find(_TEXTS, sources).items()}


def _keep_changes(kept: Kept, changes: Mapping[Pair, Changed]) -> None:
    kept.keep(_CHANGES, {_change_name(pair): [asdict(each)] for pair, each in changes.items()})


def _changed(kept: Sequence[Any]) -> Changed:
    [facts] = kept
    return Changed(**{**facts, "cells": tuple(facts["cells"])})


def _name_of(sha256: str) -> str:
    return f"{_HASHED_AS}:{sha256}"


def _change_name(pair: Pair) -> str:
    return ":".join((str(_TOLD_AS), *pair))
