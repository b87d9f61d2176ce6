"""Each cell has a past of its own: who gave it its source, and what became of it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from archive_kit import START

from bookstore.history import AtVersion, Entry, blamed, changes_of
from bookstore.manifests import Cell

pytestmark = pytest.mark.asyncio


def entry(number: int) -> Entry:
    return Entry(
        key="workspace/a.ipynb",
        version_id=f"v{number}",
        save_id="",
        saved_at=START,
        size_bytes=1,
        sha256="x",
        author="ana",
        kind="save",
    )


async def versions(*oldest_first: str) -> AsyncIterator[AtVersion]:
    """Yield versions of cells written as ``id:source/outputs``, newest first."""
    for number, text in reversed([*enumerate(oldest_first)]):
        cells = []
        for word in text.split():
            name, _, rest = word.partition(":")
            source, _, outputs = rest.partition("/")
            cells.append(Cell(name.strip("-"), "code", source, outputs))
        yield AtVersion(entry(number), tuple(cells))


async def blame(*oldest_first: str) -> tuple[list[str], bool]:
    found, is_whole = await blamed(versions(*oldest_first))
    return [f"{each.cell.source_sha256} {each.entry.version_id}" for each in found], is_whole


async def test_each_cell_has_the_version_since_which_it_says_the_same() -> None:
    assert await blame("a:1 b:1", "a:2 b:1", "c:9 a:2/out b:1") == (["9 v2", "2 v1", "1 v0"], False)
    assert await blame("", "a:1", "a:1") == (["1 v1"], True)


async def test_what_was_there_before_is_not_blamed_once_it_went_away() -> None:
    assert (await blame("a:1", "a:2", "a:1"))[0] == ["1 v2"]


async def test_cells_without_an_id_are_known_by_what_they_say() -> None:
    assert (await blame("-:1 -:2", "-:2 -:3", "-:3 -:2"))[0] == ["3 v1", "2 v0"]


async def test_an_id_that_was_given_anew_says_nothing() -> None:
    assert (await blame("a:1", "z:1"))[0] == ["1 v0"]


async def changes(*oldest_first: str, limit: int = 10) -> tuple[list[str], bool]:
    found, is_whole = await changes_of(versions(*oldest_first), "a", limit=limit)
    return [f"{change.what} {change.at.entry.version_id}" for change in found], is_whole


async def test_the_changes_of_one_cell_are_told_newest_first() -> None:
    told = ("b:1", "a:1 b:1", "a:1 b:2", "a:2", "a:2/out", "b:1", "a:2")
    expected = ["added v6", "removed v5", "outputs v4", "source v3", "added v1"]
    assert await changes(*told) == (expected, True)
    assert await changes(*told, limit=2) == (expected[:2], False)
    assert await changes("b:1") == ([], True)
