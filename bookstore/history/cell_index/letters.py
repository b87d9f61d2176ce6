"""Text that stands in sources: found by the letters in it, which are indexed when that is asked.

Knows: SQLite, its full-text index of trigrams, the ledger's tables of sources.  Must not know:
notebooks, versions.
"""

from __future__ import annotations

import sqlite3

from .changes import MOST_EXCERPT

LIKE = "LIKE ? ESCAPE '\\'"
_MOST_TRIGRAMS = 24
_INDEXED_AT_ONCE = 500
"""Whoever saves meanwhile waits no longer than these texts take."""


def find_text(db: sqlite3.Connection, text: str) -> None:
    """Have the sources in which *text* stands in the table of hits, case of letters aside."""
    text = whole(text)
    db.execute("CREATE TEMP TABLE IF NOT EXISTS hits (id INTEGER PRIMARY KEY)")
    db.execute("DELETE FROM temp.hits")
    condition, values = f"text {LIKE}", [like("%", text, "%")]
    if trigrams := _trigrams(text):
        indexed = "(id IN (SELECT rowid FROM found WHERE found MATCH ?) OR id IN unindexed)"
        condition, values = f"{indexed} AND {condition}", [trigrams, *values]
    db.execute(f"INSERT INTO temp.hits SELECT id FROM sources WHERE {condition}", values)  # noqa: S608


def index_some(db: sqlite3.Connection) -> bool:
    """Index the letters of some texts; say whether there are more."""
    if not db.execute("SELECT 1 FROM unindexed LIMIT 1").fetchone():
        return False
    db.execute("BEGIN IMMEDIATE")
    some = f"SELECT id FROM unindexed ORDER BY id LIMIT {_INDEXED_AT_ONCE}"  # noqa: S608
    texts = f"SELECT id, text FROM sources WHERE id IN ({some})"  # noqa: S608
    db.execute(f"INSERT INTO found (rowid, text) {texts}")
    db.execute(f"DELETE FROM unindexed WHERE id IN ({some})")  # noqa: S608
    return True


def whole(text: str) -> str:
    """Return *text* without what would be its end to SQLite."""
    return text.replace("\0", " ")


def _trigrams(text: str) -> str:
    """Return the full-text query for sources with three letters each from all over *text*; "" for
    a text that is too short for that."""
    trigrams = [text[at : at + 3] for at in range(len(text) - 2)]
    step = -(-len(trigrams) // _MOST_TRIGRAMS) or 1
    quoted = {each.replace('"', '""') for each in trigrams[::step]}
    return " AND ".join(f'"{trigram}"' for trigram in sorted(quoted))


def like(before: str, text: str, after: str) -> str:
    """Return the pattern of what has *text* between two parts of a pattern."""
    for special in ("\\", "%", "_"):
        text = text.replace(special, f"\\{special}")
    return f"{before}{text}{after}"


def line_with(text: str, wanted: str) -> str:
    """Return the line of *text* in which *wanted*, or its first line, stands, shortened."""
    at = text.casefold().find(wanted.strip().partition("\n")[0].casefold())
    begin = text.rfind("\n", 0, max(at, 0)) + 1
    line = text[begin:].partition("\n")[0].strip()
    if len(line) <= MOST_EXCERPT:
        return line
    start = max(0, min(max(at - begin, 0) - 20, len(line) - MOST_EXCERPT))
    cut = line[start : start + MOST_EXCERPT - 2].strip()
    return f"{'…' if start else ''}{cut}…"
