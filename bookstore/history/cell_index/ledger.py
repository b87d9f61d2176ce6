"""Which versions of which notebooks say what: a second file that can be thrown away.

A source stands in a notebook from one version to another.  That is kept as a span, so that what
there is to keep grows with what was written, and not with how often it was saved.  The letters of
new texts are indexed when somebody looks for some: most of what is saved is never looked for.

Knows: SQLite, its full-text index of trigrams.  Must not know: stores, bodies.
"""

from __future__ import annotations

import json
import logging
import sqlite3
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from ...databases.disposable import DisposableDatabase, bytes_of
from ...errors import StoreUnavailable
from .letters import LIKE, find_text, index_some, like, line_with, whole

T = TypeVar("T")

MOST_BYTES = 512 * 2**20
"""Of the file; notebooks that were looked at longest ago go first."""
_SHAPE = 2
_SCHEMA = """
CREATE TABLE IF NOT EXISTS notebooks (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    used REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS versions (
    notebook INTEGER NOT NULL,
    place INTEGER NOT NULL,  -- from the oldest, 0
    version_id TEXT NOT NULL,
    saved_at TEXT NOT NULL,
    author TEXT NOT NULL,
    kind TEXT NOT NULL,
    facts TEXT NOT NULL,  -- JSON
    PRIMARY KEY (notebook, place)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sources (
    id INTEGER PRIMARY KEY,
    sha256 TEXT NOT NULL UNIQUE,
    text TEXT NOT NULL  -- its beginning
);
CREATE TABLE IF NOT EXISTS spans (
    source INTEGER NOT NULL,
    notebook INTEGER NOT NULL,
    first INTEGER NOT NULL,  -- places of versions
    last INTEGER NOT NULL,
    PRIMARY KEY (source, notebook, first)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS spans_by_notebook ON spans (notebook, last);
CREATE VIRTUAL TABLE IF NOT EXISTS found USING fts5(
    text, content='sources', content_rowid='id', tokenize='trigram', detail='none'
);
CREATE TABLE IF NOT EXISTS unindexed (
    id INTEGER PRIMARY KEY  -- a source that is not in "found" yet
)
"""
_log = logging.getLogger("bookstore.history")


class Wanted(NamedTuple):
    """What is looked for; what is empty is not asked for."""

    text: str = ""
    author: str = ""
    kind: str = ""


class Known(NamedTuple):
    """A version, and the hashes of its sources."""

    version_id: str
    saved_at: str
    author: str
    kind: str
    facts: Mapping[str, Any]
    sources: frozenset[str]


class Find(NamedTuple):
    """A notebook with versions that are wanted, by their places."""

    key: str
    first: int
    last: int
    newest: int
    excerpt: str


class Ledger:
    """Remembers the versions of notebooks in their order, and where each source begins and ends."""

    def __init__(
        self,
        directory: Path,
        *,
        most_bytes: int = MOST_BYTES,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.file = directory / "search.sqlite3"
        self._database = DisposableDatabase(
            self.file, schema=_SCHEMA, shape=_SHAPE, what="The index of what is written", log=_log
        )
        self._most_bytes = most_bytes
        self._clock = clock

    def together(self, work: Callable[[], T]) -> T | None:
        """Return what *work* returns, for which the file is opened once; None when it cannot be."""
        return self._database.together(work)

    # -- keeping -------------------------------------------------------------------------------

    def version_ids(self, key: str) -> list[str]:
        """Return the versions of *key* that are known, the oldest first.  Blocks, as all here."""
        query = f"SELECT version_id FROM versions WHERE notebook = {_ID} ORDER BY place"  # noqa: S608
        return [row[0] for row in self._rows(query, (key,))]

    def end(self, key: str, limit: int) -> list[tuple[int, Mapping[str, Any]]]:
        """Return the places and facts of the *limit* newest versions of *key* that are known, the
        oldest first."""
        query = f"""
            SELECT place, facts FROM versions WHERE notebook = {_ID} ORDER BY place DESC LIMIT ?
        """  # noqa: S608
        rows = self._rows(query, (key, limit))
        return [(place, json.loads(facts)) for place, facts in reversed(rows)]

    def unknown(self, sources: Iterable[str]) -> set[str]:
        """Return those of *sources*, hashes, whose texts are not known."""
        wanted = set(sources)
        query = "SELECT sha256 FROM sources WHERE sha256 IN (SELECT value FROM json_each(?))"
        return wanted - {row[0] for row in self._rows(query, (json.dumps(sorted(wanted)),))}

    def add(self, key: str, kept: int, versions: Sequence[Known], texts: Mapping[str, str]) -> bool:
        """Keep the *kept* oldest versions of *key* and put *versions* behind them; say whether.

        *texts*: what is written in sources that are not known.
        """

        def add(db: sqlite3.Connection) -> bool:
            for sha256, text in ((name, whole(text)) for name, text in texts.items()):
                row = db.execute(
                    "INSERT OR IGNORE INTO sources (sha256, text) VALUES (?, ?)", (sha256, text)
                )
                if row.rowcount:
                    db.execute("INSERT INTO unindexed VALUES (?)", (row.lastrowid,))
            notebook = _notebook(db, key, self._clock())
            _cut_off(db, notebook, kept)
            for place, version in enumerate(versions, kept):
                _append(db, notebook, place, version)
            self._make_room(db, notebook)
            return True

        return self._database.run(add) or False

    def _make_room(self, db: sqlite3.Connection, notebook: int) -> None:
        while bytes_of(db) > self._most_bytes:
            query = "SELECT id FROM notebooks WHERE id != ? ORDER BY used, id LIMIT 1"
            oldest = db.execute(query, (notebook,)).fetchone()
            if oldest is None:
                return
            _cut_off(db, oldest[0], 0)
            db.execute("DELETE FROM notebooks WHERE id = ?", oldest)
            _forget_unused(db)

    # -- finding -------------------------------------------------------------------------------

    def search(self, wanted: Wanted, *, keys: Sequence[str] = (), limit: int = 50) -> list[Find]:
        """Return notebooks with versions that are *wanted*, those that had them last first.

        Only of *keys*, or of those below one that ends in ``/``, where there are any.  Raises
        :class:`~bookstore.errors.StoreUnavailable` where the file cannot be read.
        """

        def search(db: sqlite3.Connection) -> list[Find]:
            spans = _matching_spans(db, wanted)
            which = " OR ".join(
                f"n.key {LIKE}" if key.endswith("/") else "n.key = ?" for key in keys
            )
            query = f"""
                SELECT n.id, n.key, m.first, m.last,
                    (SELECT MAX(place) FROM versions WHERE notebook = n.id) AS newest
                FROM (
                    SELECT notebook, MIN(first) AS first, MAX(last) AS last
                    FROM {spans} GROUP BY notebook
                ) m JOIN notebooks n ON n.id = m.notebook
                JOIN versions v ON v.notebook = n.id AND v.place = m.last
                WHERE {which or 1} ORDER BY v.saved_at DESC, n.key LIMIT ?
            """  # noqa: S608
            names = [like("", key, "%") if key.endswith("/") else key for key in keys]
            rows = db.execute(query, (*names, limit)).fetchall()
            return [
                Find(key, first, last, newest, _excerpt(db, wanted, notebook))
                for notebook, key, first, last, newest in rows
            ]

        return self._found(search, wanted)

    def places(self, key: str, wanted: Wanted, *, limit: int) -> list[int]:
        """Return the places of the newest versions of *key* that are *wanted*, newest first."""

        def places(db: sqlite3.Connection) -> list[int]:
            query = f"""
                SELECT DISTINCT v.place FROM {_matching_spans(db, wanted)} m
                JOIN versions v ON v.notebook = m.notebook AND v.place BETWEEN m.first AND m.last
                WHERE m.notebook = {_ID} ORDER BY v.place DESC LIMIT ?
            """  # noqa: S608
            return [row[0] for row in db.execute(query, (key, limit))]

        return self._found(places, wanted)

    def _found(self, search: Callable[[sqlite3.Connection], list[T]], wanted: Wanted) -> list[T]:
        if wanted.text:
            while self._database.run(index_some):
                pass  # what is not indexed in the end is searched all the same
        found = self._database.run(search)
        if found is None:
            raise StoreUnavailable(
                "What versions say cannot be looked up now.",
                hint=f"Try again; is {self.file.parent} a disk that can be read?",
            )
        return found

    def versions(self, key: str, places: Sequence[int]) -> dict[int, Mapping[str, Any]]:
        """Return the facts of versions of *key* by their places."""
        query = f"""
            SELECT place, facts FROM versions
            WHERE notebook = {_ID} AND place IN (SELECT value FROM json_each(?))
        """  # noqa: S608
        rows = self._rows(query, (key, json.dumps(list(places))))
        return {place: json.loads(facts) for place, facts in rows}

    def origin(self, key: str) -> Mapping[str, Any] | None:
        """Return the facts of the first version by which *key* got its past from another one."""
        query = f"""
            SELECT facts FROM versions WHERE notebook = {_ID} AND kind IN ('rename', 'copy')
            ORDER BY place LIMIT 1
        """  # noqa: S608
        rows = self._rows(query, (key,))
        return json.loads(rows[0][0]) if rows else None

    def _rows(self, query: str, values: Sequence[Any]) -> list[Any]:
        return self._database.run(lambda db: db.execute(query, values).fetchall()) or []


_ID = "(SELECT id FROM notebooks WHERE key = ?)"


def _notebook(db: sqlite3.Connection, key: str, now: float) -> int:
    db.execute(
        "INSERT INTO notebooks (key, used) VALUES (?, ?) "
        "ON CONFLICT (key) DO UPDATE SET used = excluded.used",
        (key, now),
    )
    [number] = db.execute("SELECT id FROM notebooks WHERE key = ?", (key,)).fetchone()
    return int(number)


def _cut_off(db: sqlite3.Connection, notebook: int, kept: int) -> None:
    """Forget all but the *kept* oldest versions; what stood in the last of them stands there."""
    db.execute("DELETE FROM versions WHERE notebook = ? AND place >= ?", (notebook, kept))
    db.execute("DELETE FROM spans WHERE notebook = ? AND first >= ?", (notebook, kept))
    db.execute(
        "UPDATE spans SET last = ? WHERE notebook = ? AND last >= ?", (kept - 1, notebook, kept)
    )


def _append(db: sqlite3.Connection, notebook: int, place: int, version: Known) -> None:
    db.execute(
        "INSERT INTO versions VALUES (?, ?, ?, ?, ?, ?, ?)",
        (notebook, place, *version[:4], json.dumps(version.facts, separators=(",", ":"))),
    )
    now = json.dumps(sorted(version.sources))
    in_it = "SELECT id FROM sources WHERE sha256 IN (SELECT value FROM json_each(?))"
    went_on = f"notebook = ? AND last = ? AND source IN ({in_it})"
    db.execute(f"UPDATE spans SET last = ? WHERE {went_on}", (place, notebook, place - 1, now))  # noqa: S608
    standing = "SELECT source FROM spans WHERE notebook = ? AND last = ?"
    query = f"INSERT INTO spans SELECT id, ?, ?, ? FROM ({in_it}) WHERE id NOT IN ({standing})"  # noqa: S608
    db.execute(query, (notebook, place, place, now, notebook, place))


def _forget_unused(db: sqlite3.Connection) -> None:
    unused = "id NOT IN (SELECT source FROM spans)"
    indexed = "id NOT IN (SELECT id FROM unindexed)"
    gone = f"SELECT 'delete', id, text FROM sources WHERE {unused} AND {indexed}"  # noqa: S608
    db.execute(f"INSERT INTO found (found, rowid, text) {gone}")
    db.execute(f"DELETE FROM unindexed WHERE {unused}")  # noqa: S608
    db.execute(f"DELETE FROM sources WHERE {unused}")  # noqa: S608


_BY = """EXISTS (
    SELECT 1 FROM (SELECT ? AS name) WHERE instr(', ' || v.author || ', ', ', ' || name || ', ')
    OR instr(', ' || v.author || ', ', '/' || name || ', ')
)"""
"""Somebody of that name is among the authors; a program, whomever it acted for."""


def _matching_spans(db: sqlite3.Connection, wanted: Wanted) -> str:
    """Have the spans of what is *wanted* in a table, and return its name."""
    spans = "SELECT id AS notebook, 0 AS first, (1 << 40) AS last FROM notebooks"
    if wanted.text:
        find_text(db, wanted.text)
        spans = "SELECT notebook, first, last FROM hits JOIN spans ON spans.source = hits.id"
    asked = [
        (condition, value)
        for condition, value in (
            (_BY, wanted.author),
            ("v.kind = ?", wanted.kind),
        )
        if value
    ]
    if asked:
        spans = f"""
            SELECT v.notebook AS notebook, v.place AS first, v.place AS last FROM ({spans}) m
            JOIN versions v ON v.notebook = m.notebook AND v.place BETWEEN m.first AND m.last
            WHERE {" AND ".join(condition for condition, _ in asked)}
        """  # noqa: S608
    db.execute("DROP TABLE IF EXISTS temp.matching")
    query = f"CREATE TEMP TABLE matching AS {spans}"
    db.execute(query, [value for _, value in asked])
    return "temp.matching"


def _excerpt(db: sqlite3.Connection, wanted: Wanted, notebook: int) -> str:
    """Return the line in which what is wanted stood last."""
    if not wanted.text:
        return ""
    query = """
        SELECT sources.text FROM spans JOIN sources ON sources.id = spans.source
        WHERE spans.notebook = ? AND spans.source IN (SELECT id FROM temp.hits)
        ORDER BY spans.last DESC LIMIT 1
    """
    row = db.execute(query, (notebook,)).fetchone()
    return line_with(row[0] if row else "", wanted.text)
