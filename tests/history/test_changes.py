"""Each version says in a line what it changed from the one before, whatever the store."""

from __future__ import annotations

import random
from typing import Any

import notebooks
import pytest
from archive_kit import WORKSPACE, Archive

from bookstore.client.changes import Changed as Told
from bookstore.errors import StoreUnavailable
from bookstore.history.cell_index import Changed
from bookstore.history.cell_index import index as index_module
from bookstore.history.cell_index.changes import change_between, first_line_changed
from bookstore.manifests import Cell

KEY = WORKSPACE.key("a.ipynb")


def cells(text: str, *, ids: bool = True) -> list[Cell]:
    """Return cells from words ``id:source/outputs``."""
    made = []
    for word in text.split():
        name, _, rest = word.partition(":")
        source, _, outputs = rest.partition("/")
        made.append(Cell(name if ids else "", "code", source, outputs))
    return made


@pytest.mark.parametrize(
    ("before", "after", "ids", "expected"),
    [
        ("", "a:1 b:2", True, "2 cells added"),
        ("a:1 b:2", "a:1 b:3", True, "1 cell edited"),
        ("a:1 b:2 c:3", "a:9 b:2 c:8 d:4", True, "2 cells edited, 1 added"),
        ("a:1 b:2", "b:2", True, "1 cell removed"),
        ("a:1/x b:2/y", "a:1/x b:2/z", True, "outputs only"),
        ("a:1/x b:2/y", "a:1/x b:5/z", True, "1 cell edited"),
        ("a:1", "a:1", True, "metadata only"),
        ("a:1 b:2 c:3 d:4", "d:4 a:1 b:2 c:3", True, "1 cell moved"),
        # a notebook from before cells had IDs
        ("a:1 b:2 c:3", "a:1 b:9 c:3", False, "1 cell edited"),
        ("a:1 b:2 c:3", "a:1 d:7 b:2 c:3", False, "1 cell added"),
        ("a:1 b:2 c:3", "b:2 c:3", False, "1 cell removed"),
        # IDs that were given anew, as some tools do, are no change that anybody sees
        ("a:1 b:2", "p:1 q:2", True, "metadata only"),
        # an ID that two cells have says nothing
        ("a:1 a:2", "a:1 a:3", True, "1 cell added, 1 removed"),
    ],
)
def test_what_changed_is_told_in_words(before: str, after: str, ids: bool, expected: str) -> None:
    changed, _ = change_between(cells(before, ids=ids), cells(after, ids=ids))
    assert said(changed) == expected


def said(changed: Changed) -> str:
    return Told(**{name: getattr(changed, name) for name in Changed.__slots__}).in_words()


def test_the_same_once_more_changed_nothing() -> None:
    changed, telling = change_between(cells("a:1"), cells("a:1"), is_same=True)
    assert (said(changed), telling) == ("nothing changed", ("", ""))


def test_numbers_add_up_whatever_was_done_to_the_cells() -> None:
    """Every cell is in a pair, or added, or removed."""
    rng = random.Random(7)
    for _ in range(300):
        before, after = (
            [
                Cell(rng.choice("abcdef") * rng.randrange(2), "code", rng.choice("123"), "")
                for _ in range(rng.randrange(8))
            ]
            for _ in range(2)
        )
        changed, _ = change_between(before, after)
        assert len(before) - changed.cells_removed == len(after) - changed.cells_added
        pairs = len(before) - changed.cells_removed
        assert changed.cells_changed + changed.outputs_changed <= pairs
        assert 0 <= changed.cells_moved <= max(pairs - 1, 0)


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        ("", "import pandas\nx", "import pandas"),
        ("a\nb", "a\nmodel.fit( X,\t y )\nb", "model.fit( X, y )"),
        ("a\nb", "a", "b"),
        ("a", "a\na", ""),
        ("", "x" * 200, "x" * 79 + "…"),
    ],
)
def test_the_first_line_that_changed_is_told(before: str, after: str, line: str) -> None:
    assert first_line_changed(before, after) == line


# -- through history, over each store ----------------------------------------------------------


def body(*sources: str, **facts: Any) -> str:
    made = notebooks.notebook(*sources)
    for number, cell in enumerate(made["cells"]):
        cell["id"] = f"cell-{number}"
    made["metadata"] |= facts
    return notebooks.on_disk(made).decode()


async def told(archive: Archive, path: str = "a.ipynb", **page: Any) -> list[str]:
    """Return what each version of a page is told to have changed, newest first."""
    history = archive.history
    entries = (await history.page(WORKSPACE.key(path), **page)).entries
    found = {entry.version_id: changed async for entry, changed in history.changes(entries)}
    return [
        f"{said(found[entry.version_id])} · {found[entry.version_id].excerpt}"
        if entry.version_id in found
        else ""
        for entry in entries
    ]


@pytest.mark.asyncio
async def test_each_version_is_told_from_the_one_before(archive: Archive) -> None:
    await archive.save("a.ipynb", body("x = 1", "y"))
    await archive.save("a.ipynb", body("x = 1\nmodel.fit(X)", "y"))
    await archive.save("a.ipynb", body("x = 1\nmodel.fit(X)", "y", title="t"))
    await archive.wait("a.ipynb", body("x = 1\nmodel.fit(X)", "y", "z", title="t"))
    expected = [
        "1 cell added · z",
        "metadata only · ",
        "1 cell edited · model.fit(X)",
        "2 cells added · x = 1",
    ]
    assert await told(archive) == expected
    # the last one of a page has one before it on the next page
    assert await told(archive, limit=3) == expected[:3]


@pytest.mark.asyncio
async def test_a_rename_changed_nothing_and_the_past_before_it_is_told_too(
    archive: Archive,
) -> None:
    await archive.save("a.ipynb", body("1"))
    last = body("1", "2")
    await archive.save("a.ipynb", last)
    await archive.save("b.ipynb", last, kind="rename", came_from="a.ipynb")
    await archive.store.delete(KEY)
    assert await told(archive, "b.ipynb") == [
        "nothing changed · ",
        "1 cell added · 2",
        "1 cell added · 1",
    ]
    assert (await told(archive, "b.ipynb", limit=1))[0] == "nothing changed · "


@pytest.mark.asyncio
async def test_what_cannot_be_told_is_left_out(archive: Archive) -> None:
    """A deletion, a text, and what was put there without a hash; what follows a deletion is told
    from what was there before it."""
    await archive.store.put(KEY, b"{}", metadata={}, content_type="application/json")
    await archive.save("a.ipynb", "text")
    await archive.save("a.ipynb", body("1"))
    await archive.store.delete(KEY)
    await archive.save("a.ipynb", body("1", "2"))
    assert await told(archive) == ["1 cell added · 2", "", "1 cell added · 1", "", ""]


@pytest.mark.asyncio
async def test_what_was_told_once_is_known_to_the_next_server(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    await archive.save("a.ipynb", body("1"))
    await archive.save("a.ipynb", body("1", "2"))
    before = await told(archive)
    archive.history = archive.another_server()
    monkeypatch.delattr(index_module, "change_between")  # nothing tells it again
    monkeypatch.delattr(index_module, "written_cells_of")
    assert await told(archive) == before


@pytest.mark.asyncio
async def test_a_version_that_cannot_be_read_now_is_told_later(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    await archive.save("a.ipynb", body("1"))

    async def away(*_: Any, **__: Any) -> Any:
        raise StoreUnavailable("nothing answers")

    with monkeypatch.context() as patched:
        patched.setattr(archive.history, "read", away)
        assert await told(archive) == [""]
    assert await told(archive) == ["1 cell added · 1"]
