"""What was written once is found in every version of every notebook, whatever the store."""

from __future__ import annotations

import contextlib
import random
import sqlite3
from pathlib import Path
from typing import Any

import notebooks
import pytest
from archive_kit import WORKSPACE, Archive

from bookstore.errors import StoreUnavailable
from bookstore.history import Wanted
from bookstore.history.cell_index import Known, Ledger
from bookstore.history.cell_index.letters import line_with

KEY = WORKSPACE.key("a.ipynb")
pytestmark = pytest.mark.asyncio


def body(*sources: str) -> str:
    return notebooks.on_disk(notebooks.notebook(*sources)).decode()


async def search(archive: Archive, path: str = "a.ipynb", **wanted: str) -> tuple[Any, list[str]]:
    """Return what is found in one history, and the version IDs that are."""
    searching = archive.history.searching
    await searching.learn_history(WORKSPACE.key(path))
    found = await searching.in_history(WORKSPACE.key(path), Wanted(**wanted), limit=100)
    return found.found, [entry.version_id for entry in found.versions]


async def test_a_line_that_disappeared_is_found_with_its_first_and_last_version(
    archive: Archive,
) -> None:
    await archive.save("a.ipynb", body("import pandas"))
    made = [
        await archive.save("a.ipynb", body("import pandas", f"x = {number}\ndf.drop('Sum_%')"))
        for number in range(3)
    ]
    gone = await archive.save("a.ipynb", body("import pandas", "x = 3"))
    for text in ("df.drop", "DF.DROP", "Sum_%", "p("):
        found, versions = await search(archive, text=text)
        assert versions == made[::-1]
        assert (found.first.version_id, found.last.version_id) == (made[0], made[-1])
        assert found.gone.version_id == gone
        assert found.excerpt == "df.drop('Sum_%')"
    found, _ = await search(archive, text="pandas")
    assert found.gone is None
    assert await search(archive, text="Sum__") == (None, [])  # no pattern
    assert await search(archive, text="df.drip") == (None, [])


async def test_versions_are_found_by_author_and_kind(archive: Archive) -> None:
    await archive.save("a.ipynb", body("x"), author="ana")
    shared = await archive.save("a.ipynb", body("x", "y"), author="ana, ben", kind="manual")
    last = await archive.save("a.ipynb", body("y"), author="ben")
    assert (await search(archive, author="ben"))[1] == [last, shared]
    assert (await search(archive, author="be"))[1] == []
    assert (await search(archive, kind="manual"))[1] == [shared]
    assert (await search(archive, author="ben", text="x"))[1] == [shared]
    assert (await search(archive, author="ben", kind="save"))[1] == [last]


async def test_a_program_is_found_by_its_own_name_and_by_who_it_acted_for(
    archive: Archive,
) -> None:
    await archive.save("a.ipynb", body("x"), author="ana")
    made = await archive.save("a.ipynb", body("y"), author="ben, ana/claude")
    for name in ("claude", "ana/claude", "ben"):
        assert (await search(archive, author=name))[1] == [made]
    assert made not in (await search(archive, author="ana"))[1]
    assert (await search(archive, author="laude"))[1] == []


async def test_earlier_names_of_a_notebook_are_searched_too(archive: Archive) -> None:
    first = await archive.save("a.ipynb", body("lost = 1"))
    await archive.save("a.ipynb", body("kept = 1"))
    await archive.save("b.ipynb", body("kept = 1"), kind="rename", came_from="a.ipynb")
    await archive.store.delete(KEY)
    again = await archive.save("a.ipynb", body("lost = 2"))  # another notebook, later
    _, versions = await search(archive, "b.ipynb", text="lost")
    assert versions == [first]
    assert again not in versions
    _, versions = await search(archive, "b.ipynb", text="kept")
    assert len(versions) == 2


async def test_all_notebooks_are_searched_deleted_ones_too(archive: Archive) -> None:
    await archive.save("a.ipynb", body("query('March')"))
    await archive.save("folder/b.ipynb", body("query('March', 2)"))
    await archive.save("folder/c.ipynb", body("other"))
    await archive.store.delete(KEY)
    searching = archive.history.searching
    await searching.learn_all(WORKSPACE)
    found = await searching.everywhere(WORKSPACE, Wanted(text="march"), limit=10)
    assert [each.key for each in found] == [WORKSPACE.key("folder/b.ipynb"), KEY]
    assert [each.excerpt for each in found] == ["query('March', 2)", "query('March')"]
    assert found[1].gone is not None
    assert found[1].gone.kind == "delete"
    assert len(await searching.everywhere(WORKSPACE, Wanted(text="march"), limit=1)) == 1


async def test_what_is_removed_from_the_store_is_found_no_longer(archive: Archive) -> None:
    made = [await archive.save("a.ipynb", body(f"x = {number}", "same")) for number in range(5)]
    await search(archive, text="same")
    await archive.store.remove(KEY, [made[0], made[2]])
    found, versions = await search(archive, text="same")
    assert versions == [made[4], made[3], made[1]]
    assert found.first.version_id == made[1]
    assert await search(archive, text="x = 2") == (None, [])


async def test_a_ledger_that_is_lost_is_made_again(archive: Archive) -> None:
    made = await archive.save("a.ipynb", body("here"))
    assert (await search(archive, text="here"))[1] == [made]
    for file in archive.outbox.directory.glob("search.sqlite3*"):
        file.write_bytes(b"rubbish" * 1000)
    assert (await search(archive, text="here"))[1] == [made]


async def test_spans_say_the_same_as_looking_at_every_version(tmp_path: Path) -> None:
    """Whatever comes and goes, in batches and with beginnings that are taken back."""
    rng = random.Random(3)
    ledger = Ledger(tmp_path)
    words = [f"word-{number}" for number in range(6)]
    kept: list[set[str]] = []
    for _ in range(60):
        start = rng.randrange(len(kept) + 1) if rng.random() < 0.3 else len(kept)
        new = [{word for word in words if rng.random() < 0.5} for _ in range(rng.randrange(4))]
        versions = [
            Known(f"v{start + at}", "2026", "ana", "save", {}, frozenset(said))
            for at, said in enumerate(new)
        ]
        assert ledger.add("key", start, versions, {word: word for word in words})
        kept = kept[:start] + new
        for word in words:
            expected = [place for place, said in enumerate(kept) if word in said]
            assert ledger.places("key", Wanted(text=word), limit=999) == expected[::-1]


async def test_the_ledger_keeps_to_its_room(tmp_path: Path) -> None:
    now = 0.0
    ledger = Ledger(tmp_path, most_bytes=512 * 1024, clock=lambda: now)
    for number in range(60):
        now += 1
        texts = {f"{number}-{at}": f"text {number} {at} " + "x" * 500 for at in range(30)}
        version = Known("v", "2026", "ana", "save", {}, frozenset(texts))
        assert ledger.add(f"key-{number}", 0, [version], texts)
    assert ledger.file.stat().st_size < 2**20
    assert ledger.search(Wanted(text="text 59 7"))
    assert not ledger.search(Wanted(text="text 0 7"))


async def test_texts_are_indexed_when_somebody_looks_for_one(tmp_path: Path) -> None:
    """And those that went before they were, or after, leave the index whole."""
    ledger = Ledger(tmp_path, most_bytes=512 * 1024)

    def add(number: int) -> None:
        texts = {f"{number}-{at}": f"text {number} {at} " + "x" * 500 for at in range(30)}
        version = Known("v", "2026", "ana", "save", {}, frozenset(texts))
        assert ledger.add(f"key-{number}", 0, [version], texts)

    def count(table: str) -> int:
        with contextlib.closing(sqlite3.connect(ledger.file)) as database:
            database.execute("INSERT INTO found (found, rank) VALUES ('integrity-check', 0)")
            [rows] = database.execute(f"SELECT COUNT(*) FROM {table}").fetchone()
            return int(rows)

    for number in range(40):
        add(number)
    assert count("unindexed") == count("sources") > 0
    assert count("found_docsize") == 0
    assert not ledger.search(Wanted(text="text 0 7"))  # it made room
    assert ledger.search(Wanted(text="text 39 7"))
    assert count("found_docsize") == count("sources") > count("unindexed") == 0
    for number in range(40, 80):
        add(number)
    assert not ledger.search(Wanted(text="text 39 7"))
    assert ledger.search(Wanted(text="text 79 7"))
    assert count("found_docsize") == count("sources")


async def test_a_search_is_whole_while_somebody_writes_and_says_when_it_cannot_be(
    tmp_path: Path,
) -> None:
    ledger = Ledger(tmp_path)
    version = Known("v", "2026", "ana", "save", {}, frozenset("a"))
    assert ledger.add("key", 0, [version], {"a": "needle = 1"})
    with contextlib.closing(sqlite3.connect(ledger.file, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        assert ledger.search(Wanted(text="needle"))  # not indexed, and it cannot be now
        assert ledger.places("key", Wanted(text="needle"), limit=9) == [0]
        writer.execute("ROLLBACK")
        assert ledger.search(Wanted(text="needle"))
        writer.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreUnavailable, match="cannot be looked up now"):
            ledger.search(Wanted(author="ana"))


@pytest.mark.parametrize(
    ("text", "wanted", "line"),
    [
        ("a\n  b = 1  \nc", "b", "b = 1"),
        ("a\nb\nc", "b\nc", "b"),
        ("x" * 300, "x", "x" * 78 + "…"),
        ("y" * 150 + "needle" + "y" * 150, "needle", None),
        ("", "z", ""),
    ],
)
async def test_the_line_that_was_found_is_shown(text: str, wanted: str, line: str | None) -> None:
    shown = line_with(text, wanted)
    assert shown == line if line is not None else wanted in shown
    assert len(shown) <= 80
