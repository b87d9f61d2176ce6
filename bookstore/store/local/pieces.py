"""Versions in pieces: what each is made of, as tables of the embedded store's file.

A version has a manifest: most often the difference to the one before it, and whole now and then.
What a manifest refers to is there once, whatever versions have it.  Who uses a piece is written
down by key, from the first to the last of consecutive versions: a version costs rows only for what
it does not share with the one before.

Knows: SQL, manifests.  Must not know: threads, files.  Each function runs inside the caller's
transaction.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Collection, Iterable
from typing import NamedTuple

from ...manifests.chain import should_be_whole
from ...manifests.compression import compress, decompress
from ...manifests.manifest import Manifest
from .tables import LAST

# manifests: base is the number of the version that frame is the difference to; chain, how many
# differences there are down to a whole one, deltas_bytes, how large they are together, and
# whole_bytes, how large the whole one is.  uses: without a last one, the newest version in pieces
# has it as well.
SCHEMA = """
CREATE TABLE IF NOT EXISTS manifests (
    sequence INTEGER PRIMARY KEY,
    base INTEGER,
    chain INTEGER NOT NULL,
    deltas_bytes INTEGER NOT NULL,
    whole_bytes INTEGER NOT NULL,
    size_bytes INTEGER NOT NULL,
    frame BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS manifests_by_base ON manifests (base) WHERE base IS NOT NULL;
CREATE TABLE IF NOT EXISTS pieces (
    id INTEGER PRIMARY KEY,
    sha256 BLOB NOT NULL UNIQUE,
    size_bytes INTEGER NOT NULL,
    frame BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS uses (
    piece_id INTEGER NOT NULL,
    key_id INTEGER NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER,
    PRIMARY KEY (piece_id, key_id, first)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS uses_by_first ON uses (key_id, first);
"""

_COVERED = f"""
SELECT 1 FROM uses
WHERE piece_id = ? AND key_id = ? AND first <= ? AND coalesce(last, {LAST}) >= ?
"""  # noqa: S608 - a constant
_USED_BY = f"""
SELECT sha256 FROM uses JOIN pieces ON id = piece_id
WHERE key_id = ? AND first <= ? AND coalesce(last, {LAST}) >= ?
"""  # noqa: S608 - a constant
_BEFORE = """
SELECT sequence FROM versions JOIN manifests USING (sequence)
WHERE key_id = ? AND sequence < ? ORDER BY sequence DESC LIMIT 1
"""
# As far as there are manifests: of the many versions that are to be cut, the oldest comes first.
_AFTER = """
SELECT sequence FROM versions JOIN manifests USING (sequence)
WHERE key_id = ? AND sequence > ? AND sequence <= (SELECT max(sequence) FROM manifests)
ORDER BY sequence LIMIT 1
"""
_USED_BETWEEN = f"""
SELECT piece_id, first FROM uses
WHERE key_id = ? AND first > ? AND first < ?3 AND coalesce(last, {LAST - 1}) < ?3
"""  # noqa: S608 - a constant


class Base(NamedTuple):
    """The manifest that the next one of its key is a difference to."""

    sequence: int
    chain: int
    deltas_bytes: int
    whole_bytes: int
    kept: bytes
    """The manifest itself; empty when it is damaged, and nothing can be the difference to it."""
    references: frozenset[str]


class Packed(NamedTuple):
    """A version in pieces, about to be written."""

    sequence: int
    key_id: int
    kept: bytes
    """The manifest."""
    frame: bytes
    base: Base | None
    """What *frame* is the difference to; None when it is whole."""
    references: frozenset[str]

    def as_base(self) -> Base:
        """Return this as what the next manifest of its key may be the difference to."""
        size, base = len(self.frame), self.base
        if base is None:
            return Base(self.sequence, 0, 0, size, self.kept, self.references)
        deltas_bytes = base.deltas_bytes + size
        return Base(
            *(self.sequence, base.chain + 1, deltas_bytes, base.whole_bytes),
            *(self.kept, self.references),
        )


def packed(sequence: int, key_id: int, manifest: Manifest, base: Base | None) -> Packed:
    """Return a version in pieces, its manifest compressed, as a difference where that pays."""
    kept = manifest.to_bytes()
    frame = compress(kept, base.kept) if base and base.kept else b""
    if not (base and frame) or should_be_whole(
        base.chain, base.deltas_bytes + len(frame), base.whole_bytes
    ):
        base, frame = None, compress(kept)
    return Packed(sequence, key_id, kept, frame, base, frozenset(manifest.references()))


# -- reading -----------------------------------------------------------------------------------


def manifest_of(db: sqlite3.Connection, sequence: int) -> bytes:
    """Return the manifest of a version; ValueError when it is damaged or missing."""
    frames: list[sqlite3.Row] = []
    at: int | None = sequence
    while at is not None:
        row = _manifest_row(db, at)
        if frames and row["sequence"] >= frames[-1]["sequence"]:
            raise ValueError("The manifests are damaged.")
        frames.append(row)
        at = row["base"]
    kept: bytes | None = None
    for row in reversed(frames):
        kept = decompress(row["frame"], kept, max_bytes=row["size_bytes"])
    return kept or b""


def body_of(db: sqlite3.Connection, sequence: int) -> bytes:
    """Return the body of a version in pieces; ValueError when one is damaged or missing."""
    return Manifest.from_bytes(manifest_of(db, sequence)).join(lambda sha: piece(db, sha))


def piece(db: sqlite3.Connection, sha256: str) -> bytes:
    """Return a piece; ValueError when it is damaged or missing."""
    query = "SELECT size_bytes, frame FROM pieces WHERE sha256 = ?"
    row = db.execute(query, (bytes.fromhex(sha256),)).fetchone()
    if row is None:
        raise ValueError(f"The piece {sha256} is missing.")
    return decompress(row["frame"], max_bytes=row["size_bytes"])


def newest_base(db: sqlite3.Connection, key_id: int, before: int) -> Base | None:
    """Return the manifest of the newest version in pieces of a key that is older than *before*."""
    newest = _at(db, _BEFORE, key_id, before)
    if newest is None:
        return None
    row = _manifest_row(db, newest)
    try:
        kept = manifest_of(db, row["sequence"])
        references = frozenset(Manifest.from_bytes(kept).references())
    except ValueError:  # damaged: what follows it begins anew
        kept, references = b"", _used_by(db, key_id, row["sequence"])
    return Base(
        *(row["sequence"], row["chain"], row["deltas_bytes"], row["whole_bytes"]),
        *(kept, references),
    )


def known(db: sqlite3.Connection, references: Iterable[str]) -> set[str]:
    """Return those of *references* that are there."""
    return {sha256 for sha256 in references if _id_of(db, sha256) is not None}


# -- writing -----------------------------------------------------------------------------------


def add(
    db: sqlite3.Connection,
    key_id: int,
    sequence: int,
    found: Collection[str],
    frame_of: Callable[[str], tuple[int, bytes]],
) -> None:
    """Add those of the pieces *found* that are not there, as used by one version at least.

    *frame_of* returns how large a piece is, and its frame.
    """
    is_last = _at(db, _AFTER, key_id, sequence) is None
    for sha256 in found:
        piece_id = _id_of(db, sha256)
        if piece_id is None:
            size_bytes, frame = frame_of(sha256)
            piece_id = db.execute(
                "INSERT INTO pieces (sha256, size_bytes, frame) VALUES (?, ?, ?)",
                (bytes.fromhex(sha256), size_bytes, frame),
            ).lastrowid
        if not db.execute(_COVERED, (piece_id, key_id, sequence, sequence)).fetchone():
            last = None if is_last else sequence
            db.execute("INSERT INTO uses VALUES (?, ?, ?, ?)", (piece_id, key_id, sequence, last))


def that_may_be_missing(
    db: sqlite3.Connection, made: Packed, before: Base | None
) -> Collection[str]:
    """Return which pieces of a version are to be added.

    What the newest one has of the one before is there, and its use has no end yet.  Should it be
    damaged all the same, the version does not come out.
    """
    is_last = _at(db, _AFTER, made.key_id, made.sequence) is None
    known = before.references if before is not None and is_last else frozenset[str]()
    return sorted(made.references - known)


def write(db: sqlite3.Connection, made: Packed, before: Base | None) -> bool:
    """Write the manifest of a version whose pieces are there; *before* is the one it follows.

    Returns False, having done nothing, when it follows another one by now.
    """
    if _at(db, _BEFORE, made.key_id, made.sequence) != (before and before.sequence):
        return False
    is_last = _at(db, _AFTER, made.key_id, made.sequence) is None
    if before is not None and is_last:
        _end_uses(db, made.key_id, before.references - made.references, before.sequence)
    base, following = made.base, made.as_base()
    db.execute(
        "INSERT OR REPLACE INTO manifests VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            *(made.sequence, base and base.sequence, following.chain, following.deltas_bytes),
            *(following.whole_bytes, len(made.kept), made.frame),
        ),
    )
    return True


def renew(
    db: sqlite3.Connection, found: Collection[str], frame_of: Callable[[str], tuple[int, bytes]]
) -> None:
    """Write those of the pieces *found* that are there again: what is there may be damaged."""
    db.executemany(
        "UPDATE pieces SET size_bytes = ?, frame = ? WHERE sha256 = ?",
        [(*frame_of(sha256), bytes.fromhex(sha256)) for sha256 in found],
    )


def unwrite(db: sqlite3.Connection, sequence: int) -> None:
    """Forget the manifest of a version that is kept whole, with nothing based on it yet."""
    db.execute("DELETE FROM manifests WHERE sequence = ?", (sequence,))


def rebase(db: sqlite3.Connection, removed: Collection[int]) -> None:
    """Let no manifest that stays be the difference to one of those *removed*."""
    gone = set(removed)
    for base in sorted(gone):
        rows = db.execute("SELECT sequence FROM manifests WHERE base = ?", (base,)).fetchall()
        for row in rows:
            if row["sequence"] not in gone:
                with contextlib.suppress(ValueError):  # it cannot be read before either
                    _rebase_one(db, row["sequence"], gone)


def drop_manifests(db: sqlite3.Connection, sequences: Collection[int]) -> None:
    """Take the manifests of versions out; nothing that stays is based on one."""
    db.executemany("DELETE FROM manifests WHERE sequence = ?", [(each,) for each in sequences])


def drop_unused(db: sqlite3.Connection, key_id: int, gone: Collection[int]) -> None:
    """Take out the pieces that no version uses any more, now that these of a key are *gone*.

    They are those that were used between two versions that stay, and by neither.
    """
    gaps = {
        (_at(db, _BEFORE, key_id, each) or 0, _at(db, _AFTER, key_id, each) or LAST)
        for each in gone
    }
    rows = [row for gap in gaps for row in db.execute(_USED_BETWEEN, (key_id, *gap)).fetchall()]
    ended = [(row["piece_id"], key_id, row["first"]) for row in rows]
    db.executemany("DELETE FROM uses WHERE piece_id = ? AND key_id = ? AND first = ?", ended)
    db.executemany(
        "DELETE FROM pieces WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM uses WHERE piece_id = ?1)",
        [(piece_id,) for piece_id, *_ in ended],
    )


def _rebase_one(db: sqlite3.Connection, sequence: int, gone: set[int]) -> None:
    kept, base = manifest_of(db, sequence), _manifest_row(db, sequence)["base"]
    while base in gone:
        base = _manifest_row(db, base)["base"]
    if base is None:
        frame = compress(kept)
        chain, deltas_bytes, whole_bytes = 0, 0, len(frame)
    else:
        frame, row = compress(kept, manifest_of(db, base)), _manifest_row(db, base)
        chain, deltas_bytes = row["chain"] + 1, row["deltas_bytes"] + len(frame)
        whole_bytes = row["whole_bytes"]
    db.execute(
        "UPDATE manifests SET base = ?, chain = ?, deltas_bytes = ?, whole_bytes = ?, frame = ?"
        " WHERE sequence = ?",
        (base, chain, deltas_bytes, whole_bytes, frame, sequence),
    )


def _end_uses(db: sqlite3.Connection, key_id: int, no_more: Collection[str], last: int) -> None:
    for sha256 in no_more:
        db.execute(
            "UPDATE uses SET last = ? WHERE piece_id = ? AND key_id = ? AND last IS NULL"
            " AND first <= ?",
            (last, _id_of(db, sha256), key_id, last),
        )


def _at(db: sqlite3.Connection, query: str, key_id: int, sequence: int) -> int | None:
    row = db.execute(query, (key_id, sequence)).fetchone()
    return row and int(row["sequence"])


def _used_by(db: sqlite3.Connection, key_id: int, sequence: int) -> frozenset[str]:
    rows = db.execute(_USED_BY, (key_id, sequence, sequence))
    return frozenset(row["sha256"].hex() for row in rows)


def _manifest_row(db: sqlite3.Connection, sequence: int) -> sqlite3.Row:
    query = "SELECT * FROM manifests WHERE sequence = ?"
    row: sqlite3.Row | None = db.execute(query, (sequence,)).fetchone()
    if row is None:
        raise ValueError("A manifest is missing.")
    return row


def _id_of(db: sqlite3.Connection, sha256: str) -> int | None:
    row = db.execute("SELECT id FROM pieces WHERE sha256 = ?", (bytes.fromhex(sha256),)).fetchone()
    return row and int(row["id"])
