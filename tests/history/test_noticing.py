"""What new versions changed and say is known at once, and what is missed is found."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import notebooks
import pytest
from archive_kit import WORKSPACE, Archive

from bookstore.databases import disposable
from bookstore.history import Wanted, searching
from bookstore.history.cell_index import Known, Ledger, index
from bookstore.records import ObjectVersion

KEY = WORKSPACE.key("a.ipynb")
pytestmark = pytest.mark.asyncio


async def saved(archive: Archive, *sources: str) -> ObjectVersion:
    body = notebooks.on_disk(notebooks.notebook(*sources)).decode()
    return await archive.put(archive.make("a.ipynb", body))


async def found(archive: Archive, text: str) -> list[str]:
    """Return the versions that say *text*, as far as that is known: nobody looks at the store."""
    history = await archive.history.searching.in_history(KEY, Wanted(text=text), limit=100)
    return [entry.version_id for entry in history.versions]


async def learned(archive: Archive, text: str) -> list[str]:
    """Return the versions that say *text*, after a look at the store."""
    await archive.history.searching.learn(KEY)
    return await found(archive, text)


def ids(versions: Sequence[ObjectVersion]) -> list[str]:
    """Return their IDs, newest first."""
    return [version.version_id for version in versions][::-1]


def damage(folder: Path, name: str, *, after: int = 0) -> None:
    [file] = folder.rglob(name)
    sound = file.read_bytes()
    file.write_bytes(sound[:after] + b"\xa5" * (len(sound) - after))


def known(sources: Iterable[str]) -> Known:
    return Known("v", "2026", "ana", "save", {}, frozenset(sources))


async def test_what_new_versions_changed_is_told_without_looking_into_them(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions = [await saved(archive, "x = 1"), await saved(archive, "x = 2", "")]
    await archive.history.note(versions, may_read=True)
    versions.append(await saved(archive, "x = 2"))
    await archive.history.note(versions[2:], may_read=True)
    monkeypatch.delattr(index, "written_cells_of")  # nothing is taken apart again
    another = archive.another_server()
    page = await another.page(KEY)
    told = [changed async for _, changed in another.changes(page.entries)]
    assert [changed.excerpt for changed in told] == ["", "x = 2", "x = 1"]
    assert told[0].cells_removed == 1


async def test_new_versions_open_the_index_and_the_ledger_a_few_times_however_many_they_are(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    await archive.history.note([await saved(archive, "x = 0")], may_read=True)
    versions = [await saved(archive, f"x = {number}") for number in range(1, 9)]
    opened: list[str] = []
    connect = sqlite3.connect

    def counted(file: Any, *rest: Any, **more: Any) -> Any:
        opened.append(Path(file).name)
        return connect(file, *rest, **more)

    monkeypatch.setattr(disposable.sqlite3, "connect", counted)
    await archive.history.note(versions, may_read=True)
    # What is known, what is taken apart, and what is told of it; who noted it last.
    assert opened.count("cells.sqlite3") == 3
    assert opened.count("search.sqlite3") == 1


async def test_a_damaged_ledger_is_begun_again_in_the_midst(
    archive: Archive, tmp_path: Path
) -> None:
    versions = [await saved(archive, f"x = {number}") for number in range(3)]
    await archive.history.note(versions[:2], may_read=True)
    damage(tmp_path, "search.sqlite3")
    await archive.history.note(versions[2:], may_read=True)
    assert await found(archive, "x = 2") == ids(versions[2:])
    assert await learned(archive, "x = ") == ids(versions)


async def test_damage_that_is_found_late_costs_the_damaged_file_only(
    archive: Archive, tmp_path: Path
) -> None:
    texts = {f"{number}": f"text {number} " * 20 for number in range(400)}
    Ledger(tmp_path / "outbox").add("another.ipynb", 0, [known(texts)], texts)
    versions = [await saved(archive, f"x = {number}") for number in range(3)]
    await archive.history.note(versions[:2], may_read=True)
    damage(tmp_path, "search.sqlite3", after=4096)
    await archive.history.note(versions[2:], may_read=True)
    told = [each.sha256 for each in (await archive.history.page(KEY)).entries]
    assert archive.history.cell_index.known_cells(told).keys() == {*told}
    assert await found(archive, "x = 2") == ids(versions[2:])


async def test_new_versions_are_found_and_each_once(archive: Archive) -> None:
    versions = [await saved(archive, "same", f"x{number}") for number in range(4)]
    await archive.history.note(versions[:3], may_read=True)
    await archive.history.note(versions[1:], may_read=True)  # told twice
    assert await found(archive, "same") == ids(versions)
    assert await found(archive, "x3") == ids(versions[3:])
    assert await learned(archive, "same") == ids(versions)


async def test_a_deletion_in_between_ends_what_stood_there(archive: Archive) -> None:
    first = await saved(archive, "same")
    gone = await archive.store.delete(KEY)
    last = await saved(archive, "same")
    await archive.history.note([first, gone, last], may_read=True)
    assert await found(archive, "same") == ids([first, last])
    assert await learned(archive, "same") == ids([first, last])
    page = await archive.history.page(KEY)
    told = [changed async for _, changed in archive.history.changes(page.entries)]
    assert [changed.cells_changed for changed in told] == [0, 0]


async def test_what_was_missed_is_found_by_who_looks(archive: Archive) -> None:
    """Others saved in between, and cells that are not known are not asked for."""
    versions = [await saved(archive, f"x{number}", "same") for number in range(5)]
    await archive.history.note(versions[:1], may_read=True)
    await archive.history.note(versions[2:3], may_read=True)  # another server had the one between
    await archive.history.note(versions[4:], may_read=False)
    assert await found(archive, "same") == ids([versions[0], versions[2]])
    assert await found(archive, "x4") == []
    assert await learned(archive, "same") == ids(versions)
    assert await found(archive, "x4") == ids(versions[4:])


async def test_of_very_many_versions_only_new_ones_are_looked_at(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "MOST_VERSIONS", 4)
    described: list[str] = []
    describe = archive.history._facts.describe

    async def noted(versions: Sequence[ObjectVersion]) -> Any:
        described.extend(version.version_id for version in versions)
        return await describe(versions)

    monkeypatch.setattr(archive.history._facts, "describe", noted)
    versions = [await saved(archive, "same", f"x{number}") for number in range(6)]
    assert await learned(archive, "same") == ids(versions[2:])
    versions.append(await saved(archive, "same", "x6"))
    described.clear()
    assert await learned(archive, "same") == ids(versions[2:])
    assert described == [versions[6].version_id]
