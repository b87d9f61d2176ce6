"""The index in a folder: made from the database, following it, made anew when it has to be.

One process writes an index, whoever comes first; others on the machine read what it writes.
"""

from __future__ import annotations

import json
import logging
import shutil
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import tantivy
from sqlalchemy import select
from sqlalchemy.orm import Session

from .....files.os_lock import OsLock
from ....database.errors import DatabaseError
from ....database.models import SearchDocument
from ....database.sessions import Database
from ...following import Outrun, Position, begin, changes_after
from ...index import IndexNotThere
from .schema import VERSION, document_of, new_schema, prepare, stamp_of

log = logging.getLogger(__name__)
BATCH = 500
LONGEST_PAUSE_S = 60.0
"""Between attempts to follow that fail."""
_CURRENT = "current.json"
_POSITION = "position.json"
_HEAP_BYTES = 64 * 1024 * 1024


class Replica:
    """An index of a database's documents, in a folder of this machine."""

    def __init__(
        self, folder: Path, database: Database, clock: Callable[[], float] = time.time
    ) -> None:
        self.folder = folder
        self.database = database
        self.clock = clock
        self._turn = threading.Lock()
        self._ends = threading.Event()
        self._thread: threading.Thread | None = None
        self._writer: tantivy.IndexWriter | None = None
        self._path: Path | None = None
        self._version = 0
        self._index: tantivy.Index | None = None
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = OsLock(folder / "writer.lock")
        self._open()

    # -- reading

    @property
    def index(self) -> tantivy.Index:
        """What answers now; raises :class:`~...index.IndexNotThere` before there is one."""
        if self._index is None:
            raise IndexNotThere("The search index is not finished.")
        return self._index

    @property
    def is_current(self) -> bool:
        """Whether the index is by the rules of this release."""
        return self._version == VERSION

    def _open(self) -> None:
        """Open the index that was finished last; where there is none, what answers stays."""
        try:
            current = json.loads((self.folder / _CURRENT).read_text(encoding="utf-8"))
            path = self.folder / current["folder"]
            if path != self._path:
                index = prepare(tantivy.Index.open(str(path)))
                self._path, self._version, self._index = path, current["version"], index
        except (OSError, ValueError, KeyError):
            return

    # -- following

    def start(self, every_s: float = 1.0) -> None:
        """Follow the database on a thread, until :meth:`close`."""
        self._thread = threading.Thread(
            target=self._run, args=(every_s,), name="bookstore-search", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Stop following.  Safe to call twice."""
        self._ends.set()
        if self._thread:
            self._thread.join()
        with self._turn:
            self._let_go()
            self._lock.release()

    def _run(self, every_s: float) -> None:
        is_compared, failures = False, 0
        while not self._ends.is_set():
            try:
                if not is_compared:
                    self.repair()
                    is_compared = True
                self.follow()
                failures = 0
            except (DatabaseError, ValueError, OSError) as error:
                log.warning("The search index does not follow: %s", error)
                failures += 1
            self._ends.wait(max(every_s, min(every_s * 2.0 ** min(failures, 10), LONGEST_PAUSE_S)))

    def follow(self) -> int:
        """Take in what changed since the last time, and return how many changes there were.

        Where there is no index by the rules of this release, or it was damaged, it is made first.
        """
        with self._turn:
            if not self._may_write():
                return 0
            try:
                return sum(iter(self._step, 0))
            except (ValueError, OSError):  # what tantivy raises where its files are lost or damaged
                self._version = 0
                with suppress(ValueError, OSError):
                    self._let_go()
                raise

    def rebuild(self) -> None:
        """Make the index anew from the database; until it is finished the old one answers."""
        with self._turn:
            if self._may_write():
                self._rebuild()

    def repair(self) -> int:
        """Compare the index with the database, and mend what differs; return how much that was."""
        with self._turn:
            return self._compare() if self._may_write() else 0

    def _compare(self) -> int:
        """Mend what differs from the database; return how much that was."""
        wanted = self.database.run_here(_stamps, read_only=True)
        there = self._there()
        differ = [each for each in wanted if there.get(each) != wanted[each]]
        differ += [each for each in there if each not in wanted]
        for at in range(0, len(differ), BATCH):
            self._take_in(differ[at : at + BATCH])
        return len(differ)

    def _step(self) -> int:
        position = self._position()
        try:
            found, after = self.database.run_here(
                lambda session: changes_after(session, position, self.clock(), BATCH),
                read_only=True,
            )
        except Outrun:
            return self._start_again()
        ids = {change.noun_id for change in found if change.noun == "document"}
        if ids:
            self._take_in(sorted(ids))
        if found:
            self._keep(after)
        return len(found)

    def _start_again(self) -> int:
        """Compare everything, and go on from now: changes were forgotten before they were seen."""
        position = self._now()
        mended = self._compare()
        self._keep(position)
        return mended

    def _take_in(self, ids: list[int]) -> None:
        rows = self.database.run_here(lambda session: _rows(session, ids), read_only=True)
        assert self._writer is not None  # noqa: S101 - whoever calls this may write
        for notebook_id in ids:  # by a query: a term of a number deletes nothing
            self._writer.delete_documents_by_query(
                tantivy.Query.term_query(self.index.schema, "id", notebook_id)
            )
        for row in rows:
            self._writer.add_document(document_of(row))
        self._writer.commit()
        self.index.reload()

    def _may_write(self) -> bool:
        """Take the turn of the one who writes, unless another process has it."""
        is_first = not self._lock.is_held
        if not self._lock.try_acquire():
            self._open()
            if self._index is not None:
                self._index.reload()
            return False
        if is_first:
            self._open()  # another may have written before
        if not self.is_current:
            self._rebuild()
        if self._writer is None:
            self._writer = self.index.writer(_HEAP_BYTES, 1)
        return True

    def _let_go(self) -> None:
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.wait_merging_threads()

    # -- making anew

    def _rebuild(self) -> None:
        """Make an index in a folder of its own, then put it in the place of the old one."""
        name = f"v{VERSION}-{uuid.uuid4().hex[:12]}"
        path = self.folder / name
        path.mkdir()
        try:
            index = self._made(path)
        except BaseException:  # of what cannot be finished nothing stays, lest the disk fills
            shutil.rmtree(path, ignore_errors=True)
            raise
        with suppress(ValueError, OSError):  # of an index that is damaged
            self._let_go()
        _write(self.folder / _CURRENT, {"folder": name, "version": VERSION})
        index.reload()
        self._path, self._version, self._index = path, VERSION, index
        for other in self.folder.glob("v*-*"):
            if other != path:  # those who still read it have its files open
                shutil.rmtree(other, ignore_errors=True)

    def _made(self, path: Path) -> tantivy.Index:
        index = prepare(tantivy.Index(new_schema(), str(path)))
        writer = index.writer(_HEAP_BYTES, 1)
        position = self._now()
        for rows in self._all():
            for row in rows:
                writer.add_document(document_of(row))
        writer.commit()
        writer.wait_merging_threads()
        _write(path / _POSITION, asdict(position))
        return index

    def _all(self) -> Iterator[list[SearchDocument]]:
        rows: list[SearchDocument] = []
        while True:
            after = rows[-1].notebook_id if rows else 0
            rows = self.database.run_here(partial(_rows_after, after=after), read_only=True)
            if not rows:
                return
            yield rows

    def _there(self) -> dict[int, int]:
        searcher = self.index.searcher()
        most = max(searcher.num_docs, 1)
        hits = searcher.search(tantivy.Query.all_query(), most, count=False).hits
        places: list[Any] = [place for _, place in hits]
        ids = searcher.fast_field_values("id", places)
        stamps = searcher.fast_field_values("stamp", places)
        return {int(each or 0): int(stamp or 0) for each, stamp in zip(ids, stamps, strict=True)}

    # -- how far it is

    def _now(self) -> Position:
        return self.database.run_here(lambda session: begin(session, self.clock()), read_only=True)

    def _position(self) -> Position:
        """Return how far it is; from the beginning, where that is not known any more."""
        assert self._path is not None  # noqa: S101 - it was made before it follows
        try:
            kept = json.loads((self._path / _POSITION).read_text(encoding="utf-8"))
            return Position(kept["last"], {int(each): at for each, at in kept["unseen"].items()})
        except (OSError, ValueError, KeyError):
            return Position()

    def _keep(self, position: Position) -> None:
        """Note how far it is, after the index has it: what was taken in twice is there once."""
        assert self._path is not None  # noqa: S101
        _write(self._path / _POSITION, asdict(position))


def _write(path: Path, value: dict[str, Any]) -> None:
    temporary = path.with_suffix(".new")
    temporary.write_text(json.dumps(value), encoding="utf-8")
    temporary.replace(path)


def _rows(session: Session, ids: list[int]) -> list[SearchDocument]:
    query = select(SearchDocument).where(SearchDocument.notebook_id.in_(ids))
    return [*session.scalars(query)]


def _rows_after(session: Session, after: int) -> list[SearchDocument]:
    query = select(SearchDocument).where(SearchDocument.notebook_id > after)
    return [*session.scalars(query.order_by(SearchDocument.notebook_id).limit(BATCH))]


def _stamps(session: Session) -> dict[int, int]:
    rows = session.execute(select(SearchDocument.notebook_id, SearchDocument.updated_at))
    return {notebook_id: stamp_of(moment) for notebook_id, moment in rows}
