"""The embedded store keeps its folder private, small and in order."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from datetime import datetime, timezone
from pathlib import Path
from urllib.parse import quote

import pytest
from local_folder import body_files
from stored import KEY, bodies_of, put

from bookstore.errors import ObjectNotFound
from bookstore.store.local.journal import Journal
from bookstore.store.local.store import LocalStore

pytestmark = pytest.mark.asyncio


def mode_of(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


async def test_nothing_is_touched_before_something_is_stored(
    store: LocalStore, folder: Path
) -> None:
    """Neither building nor reading makes a folder."""
    with pytest.raises(ObjectNotFound):
        await store.get(KEY)
    assert await bodies_of(store, KEY) == []
    assert [version async for version in store.list()] == []

    assert not folder.parent.parent.exists()


async def test_only_the_owner_can_look_into_the_store(store: LocalStore, folder: Path) -> None:
    """Other accounts of the machine cannot."""
    await put(store, KEY, b"private")

    assert mode_of(folder) == 0o700
    assert mode_of(folder / "journal.jsonl") == 0o600


async def test_equal_bodies_are_stored_once(store: LocalStore, folder: Path) -> None:
    """Under any number of keys and versions, and compressed."""
    await put(store, KEY, b"same" * 10_000)
    await put(store, KEY, b"same" * 10_000)
    await put(store, "other", b"same" * 10_000)

    [file] = body_files(folder)
    assert file.stat().st_size < 1000
    assert len(await bodies_of(store, KEY)) == 2
    assert list((folder / "incoming").iterdir()) == []


async def test_version_ids_fit_in_a_link_and_sort_by_time(store: LocalStore) -> None:
    """Nothing in them needs quoting."""
    ids = [(await put(store, KEY, b"")).version_id for _ in range(20)]

    assert ids == sorted(ids)
    assert len(set(ids)) == 20
    assert all(quote(version_id, safe="") == version_id for version_id in ids)


async def test_a_clock_that_is_set_back_changes_no_order(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The order of the versions is that of the journal."""
    await put(store, KEY, b"first")
    past = datetime(2001, 1, 1, tzinfo=timezone.utc)
    monkeypatch.setattr("bookstore.store.local.store.utc_now", lambda: past)
    await put(store, KEY, b"second")

    assert (await store.get(KEY)).body == b"second"
    assert await bodies_of(store, KEY) == [b"second", b"first"]


async def test_metadata_that_is_not_unicode_survives(store: LocalStore, folder: Path) -> None:
    """Half a character, as broken clients send it; the journal stays readable text."""
    await store.put(KEY, b"", metadata={"author": "\ud83d"}, content_type="")

    assert (await store.head(KEY)).metadata == {"author": "\ud83d"}
    (folder / "journal.jsonl").read_text(encoding="utf-8")


async def test_the_first_versions_cost_the_same_however_many_there_are(
    store: LocalStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of 10,000 versions only the first page is read."""
    newest = await put(store, KEY, b"")
    with (folder / "journal.jsonl").open("rb") as journal:
        line = journal.read()
    with (folder / "journal.jsonl").open("ab") as journal:
        journal.writelines(
            line.replace(newest.version_id.encode(), b"%d" % n) for n in range(10_000)
        )
    await store.head(KEY)
    read: list[int] = []
    pieces = Journal.pieces

    def counted(journal: Journal, places: Iterable[tuple[int, int]]) -> list[bytes]:
        found = pieces(journal, places)
        read.append(len(found))
        return found

    monkeypatch.setattr(Journal, "pieces", counted)
    versions = store.versions(KEY)
    assert (await anext(versions)).version_id == "9999"
    assert (await anext(versions)).version_id == "9998"
    await versions.aclose()
    later = store.versions(KEY, after="5000")
    assert (await anext(later)).version_id == "4999"
    await later.aclose()
    assert sum(read) <= 200


async def test_unfinished_files_of_a_crash_are_swept_away(store: LocalStore, folder: Path) -> None:
    """When they are old enough to be nobody's."""
    incoming = folder / "incoming"
    incoming.mkdir(parents=True)
    for name in ("old", "young"):
        (incoming / name).touch()
    os.utime(incoming / "old", (1e9, 1e9))

    await put(store, KEY, b"")

    assert [file.name for file in incoming.iterdir()] == ["young"]
