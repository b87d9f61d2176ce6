"""Cut versions into pieces, behind everybody's back.

A version is written whole.  As soon as nobody saves, its pieces and manifest are written, read back
as anybody would read them, and compared; only then is the whole body dropped.  Killed at any step,
it goes on where it was: what is still whole is what is left to do.

Knows: the store's tables, a thread.  Must not know: event loops, who saves.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeAlias, TypeVar

from ...concurrency.background import guarded
from ...databases import bodies as kept_whole
from ...databases.bodies import BodyFiles
from ...databases.owned import DatabaseUnavailable, OwnedDatabase, is_damage
from ...databases.readers import Readers
from ...errors import StoreRefused
from ...files.os_lock import OsLock
from ...manifests.compression import compress
from ...manifests.splitting import Split, split
from . import pieces, salvage, tables
from .bodies import Bodies
from .earlier import EarlierFolder
from .pieces import Base, Packed
from .tables import Row

LOCK = "packing.lock"
"""The file whose lock whoever packs has; there is none before there is a file of the store."""
PAUSE_S = 1.0
"""So long nothing was saved when versions are cut: it takes nothing away from saves then."""
LONGEST_S = 20.0
"""Those who save all the time have their versions cut as often as that."""
_BATCH = 64
_BATCH_BYTES = 8 * 2**20
_PIECES_BYTES = 4 * 2**20
"""So much is written in one transaction: saves come in between."""
_AT_ONCE = 16
_AT_ONCE_BYTES = 2**20
"""So many versions, and so much of them, are written in one transaction."""
_BASES = 64
_log = logging.getLogger("bookstore.store.local.packing")

T = TypeVar("T")
FrameOf: TypeAlias = Callable[[str], tuple[int, bytes]]
"""Returns how large a piece is, and its frame."""


class _Cut(NamedTuple):
    """A version that was cut, and is not written yet."""

    row: Row
    body: bytes
    pieces: dict[str, bytes]
    made: Packed
    before: Base | None

    def frame_of(self, name: str) -> tuple[int, bytes]:
        """Return how large a piece is, and its frame."""
        piece = self.pieces[name]
        return len(piece), compress(piece)


class Packing:
    """Packs the versions of one store on a thread of its own, which ends when nothing is left."""

    def __init__(
        self,
        directory: Path,
        database: OwnedDatabase,
        readers: Readers,
        bodies: Bodies,
        files: BodyFiles,
        earlier: EarlierFolder,
    ) -> None:
        self._database = database
        self._readers = readers
        self._bodies = bodies
        self._files = files
        self._earlier = earlier
        self._lock = OsLock(directory / LOCK)
        self._mutex = threading.Lock()
        self._bases: OrderedDict[int, Base] = OrderedDict()
        self._given_up: set[int] = set()
        self._is_first = True
        self._is_swept = False
        self._journal_bytes = -1  # of an earlier release, when it was taken over last
        self._is_folder_kept = False  # the earlier folder, whatever is proven
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()
        self._closing = threading.Event()
        self._again = False

    def wake(self) -> None:
        """Pack what is whole, soon."""
        with self._starting:
            self._again = True
            if self._thread is None and not self._closing.is_set():
                self._thread = threading.Thread(
                    target=self._serve, name="bookstore-packing", daemon=True
                )
                self._thread.start()

    def close(self, *, timeout_s: float) -> None:
        """Stop after what is being written; the rest is packed when the store is opened again."""
        self._closing.set()
        thread = self._thread
        if thread is not None:
            thread.join(timeout_s)

    def pack(self) -> int | None:
        """Pack everything that is whole; return how many versions that were, or None when another
        thread or process does it.  Raises what the disk and SQLite raise."""
        if not self._database.file.exists():
            return 0
        if not self._mutex.acquire(blocking=False):
            return None
        try:
            return self._pack() if self._lock.try_acquire() else None
        finally:
            self._mutex.release()

    def _pack(self) -> int:
        packed = 0
        try:
            self._take_over_asides()
            self._take_over_earlier()
            while not self._closing.is_set() and (rows := self._next_rows()):
                packed += self._pack_together(rows)
            if not self._closing.is_set():
                self._forget_earlier()
                self._sweep()
        finally:
            self._lock.release()
        return packed

    # -- on its thread -------------------------------------------------------------------------

    def _serve(self) -> None:
        while self._is_wanted():
            if not self._wait_until_it_is_quiet():
                return
            with guarded("Packing versions", _log):
                try:
                    self.pack()
                except (OSError, sqlite3.Error, DatabaseUnavailable) as error:
                    _log.debug("Versions are packed later: %s", error)
                    if is_damage(error):
                        self._database.run(salvage.raise_if_damaged)

    def _wait_until_it_is_quiet(self) -> bool:
        """Return once no version was made for a while, or very long; False when closed."""
        ends_at = time.monotonic() + LONGEST_S
        while not self._closing.wait(PAUSE_S):
            with self._starting:
                is_quiet, self._again = not self._again, False
            if is_quiet or time.monotonic() >= ends_at:
                return True
        return False

    def _is_wanted(self) -> bool:
        with self._starting:
            if self._closing.is_set() or not self._again:
                self._thread = None
                return False
            self._again = False
            return True

    def _next_rows(self) -> list[Row]:
        limit = _BATCH + len(self._given_up)
        rows = self._readers.ask(lambda db: tables.to_pack(db, limit)) or []
        return [row for row in rows if row.sequence not in self._given_up]

    def _pack_together(self, rows: list[Row]) -> int:
        cuts: list[_Cut] = []
        total = 0
        for row in rows:
            if (cuts and total + row.version.size_bytes > _BATCH_BYTES) or self._closing.is_set():
                break
            if (cut := self._cut(row)) is not None:
                cuts.append(cut)
                total += row.version.size_bytes
        written = [cut for some in _together(cuts) for cut in self._write(some)]
        proven = [cut for cut in written if self._is_proven(cut)]
        self._drop([cut.row for cut in proven])
        return len(proven)

    # -- one version ---------------------------------------------------------------------------

    def _cut(self, row: Row) -> _Cut | None:
        def question(db: sqlite3.Connection) -> tuple[bytes, Base | None]:
            return self._bodies.read(db, row), self._base_of(db, row)

        try:
            found = self._readers.ask(question)
        except StoreRefused as error:  # it was removed meanwhile, or it is damaged
            self._give_up(row, error.message)
            return None
        except OSError as error:  # others may well be read
            self._give_up(row, error.strerror or "input/output error")
            return None
        if found is None:
            return None
        body, before = found
        cut: Split = split(body)
        made = pieces.packed(row.sequence, row.key_id, cut.manifest, before)
        self._remember(row.key_id, made.as_base())
        return _Cut(row, body, cut.pieces, made, before)

    def _base_of(self, db: sqlite3.Connection, row: Row) -> Base | None:
        base = self._bases.get(row.key_id)
        if base is None or base.sequence > row.sequence:
            base = pieces.newest_base(db, row.key_id, row.sequence)
        return base

    def _remember(self, key_id: int, base: Base) -> None:
        self._bases[key_id] = base
        self._bases.move_to_end(key_id)
        if len(self._bases) > _BASES:
            self._bases.popitem(last=False)

    def _write(self, cuts: list[_Cut]) -> list[_Cut]:
        """Write the manifests of *cuts*, and their pieces; return those that were written."""
        compressed = [self._compressed(cut) for cut in cuts]

        def work(db: sqlite3.Connection) -> list[bool]:
            return [self._write_manifest(db, *each) for each in zip(cuts, compressed, strict=True)]

        outcomes = [*zip(cuts, self._run(work), strict=True)]
        for cut, is_written in outcomes:
            if not is_written:  # its history changed meanwhile: the next round sees how
                self._bases.pop(cut.row.key_id, None)
        return [cut for cut, is_written in outcomes if is_written]

    def _compressed(self, cut: _Cut) -> FrameOf:
        """Return what knows the frames of the pieces of *cut*.  Very much is written at once, all
        but the last portion, which goes with the manifest."""
        made = cut.made
        before = cut.before.references if cut.before else frozenset[str]()
        frames = {name: compress(cut.pieces[name]) for name in made.references - before}

        def frame_of(name: str) -> tuple[int, bytes]:
            frame = frames.get(name)
            return (len(cut.pieces[name]), frame) if frame else cut.frame_of(name)

        for some in _portions(sorted(frames), lambda name: len(frames[name])):
            self._run(partial(_add, made=made, names=some, frame_of=frame_of))
        return frame_of

    def _write_manifest(self, db: sqlite3.Connection, cut: _Cut, frame_of: FrameOf) -> bool:
        now, made = tables.at(db, cut.row.sequence), cut.made
        if now is None or now.kept != cut.row.kept:
            # Those that were added for this one alone.
            pieces.drop_unused(db, made.key_id, [made.sequence])
            return False
        missing = pieces.that_may_be_missing(db, made, cut.before)
        pieces.add(db, made.key_id, made.sequence, missing, frame_of)
        return pieces.write(db, made, cut.before)

    def _is_proven(self, cut: _Cut) -> bool:
        sequence, made = cut.row.sequence, cut.made
        if self._comes_out(cut):
            return True
        if self._is_removed(cut):  # meanwhile, by whoever may
            self._bases.pop(made.key_id, None)
            return False
        names = sorted(made.references)
        self._run(partial(_add, made=made, names=names, frame_of=cut.frame_of))
        self._run(partial(pieces.renew, found=names, frame_of=cut.frame_of))
        if self._comes_out(cut):
            return True
        self._give_up(cut.row, "its pieces are not what it is")
        self._run(lambda db: pieces.unwrite(db, sequence))
        return False

    def _comes_out(self, cut: _Cut) -> bool:
        try:
            found = self._readers.ask(lambda db: pieces.body_of(db, cut.row.sequence))
        except ValueError as error:
            if not self._is_removed(cut):
                _log.error("A version does not come out of its pieces: %s", error)
            return False
        return found == cut.body

    def _is_removed(self, cut: _Cut) -> bool:
        return self._readers.ask(lambda db: tables.at(db, cut.row.sequence) is None) is not False

    def _drop(self, rows: list[Row]) -> None:
        """Keep these versions in pieces only."""

        def work(db: sqlite3.Connection) -> None:
            for row in rows:
                tables.keep_as(db, row.sequence, tables.CELLS)
                if row.kept == tables.ROW:
                    kept_whole.drop(db, row.sequence)

        files = [row.kept for row in rows if row.kept.startswith(tables.FILE)]
        self._run(work, is_lasting=bool(files))  # a file is gone at once
        self._files.remove([kept.removeprefix(tables.FILE) for kept in files])

    def _give_up(self, row: Row, why: str) -> None:
        self._bases.pop(row.key_id, None)
        self._given_up.add(row.sequence)
        _log.warning("A version of %s stays whole for now: %s", row.version.key, why)

    def _take_over_asides(self) -> None:
        """Take the rest of files that were moved aside over, which may be another process's."""
        while self._is_first or self._database.is_taking_over:
            self._is_first = False
            self._database.take_over_some().result()  # saves come in between
            if self._closing.is_set():
                return

    def _take_over_earlier(self) -> None:
        """Note what an earlier release that still runs has added since."""
        size_bytes = self._earlier.journal_bytes()
        if size_bytes not in (0, self._journal_bytes):
            self._run(self._earlier.take_over)
            self._journal_bytes = size_bytes

    def _forget_earlier(self) -> None:
        """Remove the folder of an earlier release, once all that was in it is in pieces."""
        if self._is_folder_kept or not self._earlier.is_there():
            return
        if self._readers.ask(lambda db: tables.is_any_kept(db, tables.FOLDER)) is not False:
            return
        with self._earlier.alone() as is_alone:
            # What says so lasts, and so does what was done before it: only then anything goes.
            proven = self._run(self._earlier.proven, is_lasting=True) if is_alone else None
            if proven is not None and not self._earlier.remove(proven):
                self._is_folder_kept = True
                _log.warning(
                    "The folder of an earlier release stays: lines of its journal that cannot be "
                    "read: %d, and bodies lie in it that no version has.",
                    proven.unread,
                )

    def _sweep(self) -> None:
        """Remove, once, the files of bodies that a crash left and nothing needs."""
        if not self._is_swept:
            needed = self._readers.ask(self._database.files_needed)
            if needed is not None:
                self._files.sweep(needed)
            self._is_swept = True

    def _run(self, work: Callable[[sqlite3.Connection], T], *, is_lasting: bool = False) -> T:
        return self._database.run(work, is_lasting=is_lasting).result()


def _add(db: sqlite3.Connection, made: Packed, names: list[str], frame_of: FrameOf) -> None:
    pieces.add(db, made.key_id, made.sequence, names, frame_of)


def _together(cuts: list[_Cut]) -> Iterator[list[_Cut]]:
    """Yield *cuts* in lists of those that are written in one transaction, which is a short one."""
    some: list[_Cut] = []
    size_bytes = 0
    for cut in cuts:
        if some and (len(some) == _AT_ONCE or size_bytes + len(cut.body) > _AT_ONCE_BYTES):
            yield some
            some, size_bytes = [], 0
        some.append(cut)
        size_bytes += len(cut.body)
    if some:
        yield some


def _portions(names: list[str], size_of: Callable[[str], int]) -> Iterator[list[str]]:
    portion: list[str] = []
    total = 0
    for name in names:
        portion.append(name)
        total += size_of(name)
        if total > _PIECES_BYTES:
            yield portion
            portion, total = [], 0
    # The last portion goes with the manifest.
