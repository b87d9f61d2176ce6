"""The embedded store keeps its folder private, small and in order."""

from __future__ import annotations

import os
import stat
from datetime import datetime, timezone
from pathlib import Path
from urllib.parse import quote

import pytest
from local_folder import asked, body_files, body_of, counted, pack
from stored import KEY, bodies_of, put

from bookstore.databases.bodies import INLINE_BYTES
from bookstore.errors import ObjectNotFound
from bookstore.store.local import tables
from bookstore.store.local.store import LocalStore, has_versions

pytestmark = pytest.mark.asyncio


def mode_of(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


async def test_nothing_is_touched_before_something_is_stored(
    store: LocalStore, folder: Path
) -> None:
    """Neither building, nor reading, nor removing, nor packing makes a folder."""
    with pytest.raises(ObjectNotFound):
        await store.get(KEY)
    assert await bodies_of(store, KEY) == []
    assert [version async for version in store.list()] == []
    assert [deleted async for deleted in store.deleted()] == []
    assert await store.remove(KEY, ["never"]) == 0
    assert not has_versions(folder)

    assert not folder.parent.parent.exists()


async def test_only_the_owner_can_look_into_the_store(store: LocalStore, folder: Path) -> None:
    """Other accounts of the machine cannot."""
    await put(store, KEY, b"private")
    await put(store, KEY, bytes(INLINE_BYTES + 1))
    [large] = body_files(folder)

    assert mode_of(folder) == mode_of(folder / "bodies") == 0o700
    assert mode_of(folder / "store.sqlite3") == mode_of(large) == 0o600


async def test_equal_bodies_are_stored_once(store: LocalStore, folder: Path) -> None:
    """Under any number of keys and versions, and compressed."""
    body = body_of(1, 2) + b"same" * 10_000
    for key in (KEY, KEY, "other"):
        await put(store, key, body)

    assert await pack(store) == 3
    once = counted(folder)["pieces"]
    assert once >= 2
    assert counted(folder)["bodies"] == 0
    [(size,)] = asked(folder, "SELECT sum(length(frame)) FROM pieces")
    assert isinstance(size, int)
    assert size < len(body) / 3
    assert await bodies_of(store, KEY) == [body, body]

    await put(store, "third", body)
    await pack(store)
    assert counted(folder)["pieces"] == once


async def test_version_ids_fit_in_a_link_and_sort_by_time(store: LocalStore) -> None:
    """Nothing in them needs quoting."""
    ids = [(await put(store, KEY, b"")).version_id for _ in range(20)]

    assert ids == sorted(ids)
    assert len(set(ids)) == 20
    assert all(quote(version_id, safe="") == version_id for version_id in ids)


async def test_a_clock_that_is_set_back_changes_no_order(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The order of the versions is that in which they were put, in pieces as well."""
    await put(store, KEY, b"first")
    past = datetime(2001, 1, 1, tzinfo=timezone.utc)
    monkeypatch.setattr("bookstore.store.local.store.utc_now", lambda: past)
    await put(store, KEY, b"second")
    assert (await store.get(KEY)).body == b"second"
    await pack(store)

    assert (await store.get(KEY)).body == b"second"
    assert await bodies_of(store, KEY) == [b"second", b"first"]
    assert (await store.head(KEY)).modified_at == past


async def test_metadata_that_is_not_unicode_survives(store: LocalStore) -> None:
    """Half a character, as broken clients send it."""
    await store.put(KEY, b"", metadata={"author": "\ud83d"}, content_type="")

    assert (await store.head(KEY)).metadata == {"author": "\ud83d"}


async def test_the_first_versions_cost_the_same_however_many_there_are(
    store: LocalStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of 10,000 versions only the first page is read."""
    await put(store, KEY, b"")
    await pack(store)
    asked(
        folder,
        "WITH RECURSIVE series (n) AS (VALUES (0) UNION ALL SELECT n + 1 FROM series LIMIT 10000)"
        " INSERT INTO versions (key_id, version_id, is_delete_marker, modified_at, size_bytes,"
        " sha256, content_type, metadata, kept)"
        " SELECT key_id, n, 0, 0, 0, sha256, '', '{}', kept FROM versions, series",
    )
    read: list[int] = []
    versions_of = tables.versions

    def counting(*values: object) -> list[tables.Row]:
        rows = versions_of(*values)  # type: ignore[arg-type]
        read.append(len(rows))
        return rows

    monkeypatch.setattr(tables, "versions", counting)
    versions = store.versions(KEY)
    assert (await anext(versions)).version_id == "9999"
    assert (await anext(versions)).version_id == "9998"
    await versions.aclose()
    later = store.versions(KEY, after="5000")
    assert (await anext(later)).version_id == "4999"
    await later.aclose()
    assert 0 < sum(read) <= 200


async def test_files_that_a_crash_left_are_swept_away(store: LocalStore, folder: Path) -> None:
    """When they are old enough to be nobody's; those of versions stay, whatever their age."""
    await put(store, KEY, bytes(INLINE_BYTES + 1))
    [needed] = body_files(folder)
    for name in ("old", "young"):
        (folder / "bodies" / name).touch()
    for file in (needed, folder / "bodies" / "old"):
        os.utime(file, (1e9, 1e9))

    store._packing._sweep()  # as packing does at last, which would put the large one into pieces

    assert {file.name for file in body_files(folder)} == {needed.name, "young"}
    assert len((await store.get(KEY)).body) == INLINE_BYTES + 1


async def test_nothing_is_swept_while_a_file_that_was_moved_aside_may_need_it(
    store: LocalStore, folder: Path
) -> None:
    """Its versions' bodies may be all that is left of them."""
    await put(store, KEY, b"first")
    (folder / "bodies").mkdir()
    (folder / "bodies" / "old").touch()
    os.utime(folder / "bodies" / "old", (1e9, 1e9))
    (folder / "store.sqlite3.damaged-1").touch()

    await pack(store)

    assert [file.name for file in body_files(folder)] == ["old"]
