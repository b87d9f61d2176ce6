"""The history of a notebook, true over every store."""

from __future__ import annotations

import asyncio
import base64
import json
from datetime import timedelta

import pytest
from archive_kit import WORKSPACE, Archive
from each_store import on_every_store

from bookstore.errors import BadRequest, ObjectNotFound, TooLarge, VersionNotFound
from bookstore.history import History, Page
from bookstore.keys.workspace import Workspace, Workspaces

pytestmark = pytest.mark.asyncio
KEY = WORKSPACE.key("a.ipynb")


async def test_versions_come_newest_first_with_who_made_them_and_why(archive: Archive) -> None:
    first = await archive.save("a.ipynb", "one", author="ana")
    second = await archive.save("a.ipynb", "three", author="ben", kind="manual")
    newest, oldest = (await archive.history.page(KEY)).entries
    assert (newest.version_id, oldest.version_id) == (second, first)
    assert (newest.author, newest.kind, newest.size_bytes) == ("ben", "manual", 5)
    assert newest.saved_at == archive.now
    assert newest.is_latest
    assert not oldest.is_latest
    assert len(newest.sha256) == 64
    assert len(newest.save_id) == 32


async def test_a_notebook_that_was_never_saved_has_no_history(archive: Archive) -> None:
    await archive.save("a.ipynb.ipynb")
    assert await archive.history.page(KEY) == Page(entries=())


@pytest.mark.parametrize("limit", [1, 3, 7, 50])
@on_every_store
async def test_pages_together_are_the_whole_history(archive: Archive, limit: int) -> None:
    made = [await archive.save("a.ipynb") for _ in range(7)]
    entries = await archive.all("a.ipynb", limit=limit)
    assert [entry.version_id for entry in entries] == made[::-1]
    assert [entry.is_latest for entry in entries] == [True] + 6 * [False]


@on_every_store
async def test_a_version_of_another_tool_counts_too(archive: Archive) -> None:
    """Such as those of bookstore 2: nothing but a body and the store's time."""
    await archive.store.put(KEY, b"{}", metadata={}, content_type="application/json")
    [entry] = (await archive.history.page(KEY)).entries
    assert (entry.kind, entry.author, entry.save_id) == ("save", "", "")


async def test_saves_that_wait_come_first(archive: Archive) -> None:
    stored = await archive.save("a.ipynb")
    waiting = [await archive.wait("a.ipynb") for _ in range(3)]
    entries = await archive.all("a.ipynb")
    assert [entry.save_id for entry in entries[:3]] == [
        save.provenance.save_id for save in waiting[::-1]
    ]
    assert [entry.is_pending for entry in entries] == [True, True, True, False]
    assert [entry.is_latest for entry in entries] == [True, False, False, False]
    assert entries[3].version_id == stored


@on_every_store
async def test_a_history_goes_on_where_it_was_when_saves_are_delivered_in_between(
    archive: Archive,
) -> None:
    await archive.save("a.ipynb", "oldest")
    waiting = [await archive.wait("a.ipynb") for _ in range(3)]
    first = await archive.history.page(KEY, limit=2)
    for save in waiting:
        await archive.deliver(save)
        [entry, *_] = await archive.outbox.pending(KEY)
        await archive.outbox.remove(entry)
    second = await archive.history.page(KEY, limit=50, before=first.next)
    seen = [entry.save_id for entry in (*first.entries, *second.entries)]
    assert seen[:3] == [save.provenance.save_id for save in waiting[::-1]]
    assert len(seen) == 4


async def test_a_save_that_is_in_the_store_and_still_waits_is_told_once(archive: Archive) -> None:
    save = await archive.wait("a.ipynb")
    await archive.deliver(save)
    [entry] = await archive.all("a.ipynb")
    assert entry.save_id == save.provenance.save_id


async def test_a_waiting_version_of_an_old_time_hides_nothing(archive: Archive) -> None:
    """A file that something else wrote years ago, put there by ``cp -p``."""
    made = [await archive.save("a.ipynb") for _ in range(3)]
    archive.now -= timedelta(days=2000)
    old = await archive.wait("a.ipynb", kind="outside")
    entries = await archive.all("a.ipynb", limit=1)
    assert [entry.version_id for entry in entries] == [
        f"save:{old.provenance.save_id}",
        *made[::-1],
    ]


async def test_a_page_after_a_save_that_became_no_version_leaves_nothing_out(
    archive: Archive,
) -> None:
    made = [await archive.save("a.ipynb") for _ in range(3)]
    await archive.wait("a.ipynb", kind="outside", only_if_changed=True)
    first = await archive.history.page(KEY, limit=1)
    [entry] = await archive.outbox.pending(KEY)
    await archive.outbox.remove(entry)
    rest = await archive.history.page(KEY, before=first.next)
    assert [entry.version_id for entry in rest.entries] == made[::-1]


async def test_what_is_recorded_in_case_it_changed_is_told_only_if_it_did(
    archive: Archive,
) -> None:
    await archive.save("a.ipynb", "same")
    await archive.wait("a.ipynb", "same", kind="outside", only_if_changed=True)
    assert [entry.kind for entry in await archive.all("a.ipynb")] == ["save"]
    await archive.wait("a.ipynb", "other", kind="outside", only_if_changed=True)
    assert [entry.kind for entry in await archive.all("a.ipynb", limit=1)] == ["outside", "save"]
    assert [entry.kind for entry in await archive.history.waiting(KEY)] == ["outside", "outside"]


async def test_a_save_that_was_delivered_twice_is_told_once(archive: Archive) -> None:
    save = archive.make("a.ipynb")
    await archive.deliver(save)
    again = await archive.deliver(save)
    assert [entry.version_id for entry in await archive.all("a.ipynb", limit=1)] == [again]


@pytest.mark.parametrize("old", ["50% done?.ipynb", "?versions=1&a#b.ipynb"])
async def test_a_name_with_a_question_mark_is_followed_too(archive: Archive, old: str) -> None:
    first = await archive.save(old)
    renamed = await archive.rename(old, "a.ipynb")
    assert [entry.version_id for entry in await archive.all("a.ipynb")] == [renamed, first]


@on_every_store
async def test_history_follows_a_rename_back(archive: Archive) -> None:
    first = await archive.save("Untitled.ipynb")
    renamed = await archive.rename("Untitled.ipynb", "a.ipynb")
    last = await archive.save("a.ipynb")
    for limit in (1, 2, 50):
        entries = await archive.all("a.ipynb", limit=limit)
        assert [entry.version_id for entry in entries] == [last, renamed, first]
    assert entries[2].key == WORKSPACE.key("Untitled.ipynb")
    assert entries[1].source == WORKSPACE.key("Untitled.ipynb")


async def test_history_follows_a_copy_back_to_what_its_source_was_then(archive: Archive) -> None:
    first = await archive.save("source.ipynb")
    copied = await archive.save("a.ipynb", kind="copy", came_from="source.ipynb")
    for _ in range(5):
        await archive.save("source.ipynb")
    assert [e.version_id for e in await archive.all("a.ipynb", limit=1)] == [copied, first]
    assert len(await archive.all("source.ipynb")) == 6


async def test_a_notebook_that_went_there_and_back_is_told_once(archive: Archive) -> None:
    made = [await archive.save("a.ipynb")]
    made.append(await archive.rename("a.ipynb", "b.ipynb"))
    made.append(await archive.save("b.ipynb"))
    made.append(await archive.rename("b.ipynb", "a.ipynb"))
    entries = [entry for entry in await archive.all("a.ipynb", limit=2) if entry.kind != "delete"]
    assert [entry.version_id for entry in entries] == made[::-1]


@on_every_store
async def test_a_deletion_is_part_of_the_history(archive: Archive) -> None:
    await archive.save("a.ipynb")
    await archive.store.delete(KEY)
    entries = await archive.all("a.ipynb")
    assert [entry.kind for entry in entries] == ["delete", "save"]
    assert entries[0].is_latest


@pytest.mark.parametrize(
    "place",
    [
        [KEY, "", "2020-01-01"],
        [KEY, "", "2020-01-01T00:00:00+00:00", True],
        [KEY, "\ud800", ""],
        ["workspace/\ud800", "", ""],
        ["workspace/../other/a.ipynb", "", ""],
        ["workspace/.bookstore/labels/a.ipynb.json", "", ""],
        ["published/a.ipynb", "", ""],
    ],
    ids=str,
)
async def test_a_cursor_that_somebody_made_up_is_refused(
    archive: Archive, place: list[object]
) -> None:
    text = json.dumps([[place], [], []])
    cursor = base64.urlsafe_b64encode(text.encode("utf-8", "surrogatepass")).decode()
    with pytest.raises(BadRequest, match="before"):
        await archive.history.page(KEY, before=cursor)


async def test_a_cursor_leads_nowhere_else(archive: Archive) -> None:
    for path in ("a.ipynb", "b.ipynb"):
        await archive.save(path)
        await archive.save(path)
    page = await archive.history.page(KEY, limit=1)
    assert page.next
    elsewhere = "other/secret.ipynb"
    with pytest.raises(BadRequest, match="before"):
        await archive.history.page(elsewhere, limit=1, before=page.next)
    for nonsense in ("nonsense", "", "W10", "e30", "bnVsbA", "é"):
        if nonsense:
            with pytest.raises(BadRequest, match="before"):
                await archive.history.page(KEY, before=nonsense)


# -- one version -------------------------------------------------------------------------------


@on_every_store
async def test_a_version_is_read_by_its_id(archive: Archive) -> None:
    first = await archive.save("a.ipynb", "one")
    await archive.save("a.ipynb", "two")
    read = await archive.history.read(KEY, first)
    assert (read.body, read.entry.version_id) == (b"one", first)
    with pytest.raises(TooLarge):
        await archive.history.read(KEY, first, max_bytes=2)


async def test_a_save_that_waits_is_read_and_keeps_its_address(archive: Archive) -> None:
    await archive.save("a.ipynb", "before")
    save = await archive.wait("a.ipynb", "waiting")
    [entry, _] = (await archive.history.page(KEY)).entries
    assert (await archive.history.read(KEY, entry.version_id)).body == b"waiting"
    stored = await archive.deliver(save)
    [queued] = await archive.outbox.pending(KEY)
    await archive.outbox.remove(queued)
    read = await archive.history.read(KEY, entry.version_id)
    assert (read.body, read.entry.version_id) == (b"waiting", stored)


@on_every_store
async def test_what_is_not_there_is_said_so(archive: Archive) -> None:
    await archive.save("a.ipynb")
    with pytest.raises(VersionNotFound):
        await archive.history.find(KEY, "save:" + 32 * "0")
    with pytest.raises((VersionNotFound, ObjectNotFound)):
        await archive.history.find(WORKSPACE.key("b.ipynb"), "save:" + 32 * "0")
    marker = await archive.store.delete(KEY)
    with pytest.raises(ObjectNotFound):
        await archive.history.read(KEY, marker.version_id)


# -- labels ------------------------------------------------------------------------------------


async def test_every_server_sees_the_name_of_a_version(archive: Archive) -> None:
    first = await archive.save("a.ipynb")
    await archive.save("a.ipynb")
    await archive.history.label(KEY, first, label="As sent", note="to the board", author="ben")
    for history in (archive.history, archive.another_server()):
        newest, oldest = (await history.page(KEY)).entries
        assert (oldest.label, oldest.note, newest.label) == ("As sent", "to the board", "")
        assert (await history.find(KEY, first)).label == "As sent"


async def test_naming_makes_no_version_and_is_undone_by_an_empty_name(archive: Archive) -> None:
    first = await archive.save("a.ipynb")
    await archive.history.label(KEY, first, label="good", note="why")
    await archive.history.label(KEY, first, label="")
    [entry] = await archive.all("a.ipynb")
    assert (entry.label, entry.note, entry.version_id) == ("", "why", first)


@on_every_store
async def test_servers_that_name_at_the_same_moment_lose_nothing(archive: Archive) -> None:
    made = [await archive.save("a.ipynb") for _ in range(8)]
    servers = [archive.another_server() for _ in made]
    await asyncio.gather(
        *(
            server.label(KEY, version_id, label=f"name {number}")
            for number, (server, version_id) in enumerate(zip(servers, made, strict=True))
        )
    )
    labels = [entry.label for entry in await archive.all("a.ipynb")]
    assert labels == [f"name {number}" for number in range(8)][::-1]


async def test_a_name_given_while_a_save_waits_stays_when_it_is_delivered(archive: Archive) -> None:
    save = await archive.wait("a.ipynb")
    await archive.history.label(KEY, f"save:{save.provenance.save_id}", label="early")
    await archive.deliver(save)
    [queued] = await archive.outbox.pending(KEY)
    await archive.outbox.remove(queued)
    [entry] = await archive.all("a.ipynb")
    assert (entry.label, entry.is_pending) == ("early", False)


async def test_a_name_follows_a_rename(archive: Archive) -> None:
    first = await archive.save("old.ipynb")
    await archive.history.label(WORKSPACE.key("old.ipynb"), first, label="start")
    await archive.rename("old.ipynb", "a.ipynb")
    assert [entry.label for entry in await archive.all("a.ipynb")] == ["", "start"]


@pytest.mark.parametrize("label", ["x" * 201, "two\nlines", "\x00"])
async def test_a_bad_name_is_refused_and_quoted(archive: Archive, label: str) -> None:
    first = await archive.save("a.ipynb")
    with pytest.raises(BadRequest, match="label"):
        await archive.history.label(KEY, first, label=label)


async def test_a_version_that_the_user_asked_for_later_is_manual(archive: Archive) -> None:
    await archive.save("a.ipynb")
    [entry] = await archive.all("a.ipynb")
    await archive.history.mark(KEY, save_id=entry.save_id)
    assert [e.kind for e in await archive.all("a.ipynb")] == ["manual"]
    await archive.save("b.ipynb", kind="restore")
    [restored] = await archive.all("b.ipynb")
    await archive.history.mark(WORKSPACE.key("b.ipynb"), save_id=restored.save_id)
    assert [e.kind for e in await archive.all("b.ipynb")] == ["restore"]


async def test_labels_that_cannot_be_read_hide_no_history(archive: Archive) -> None:
    await archive.save("a.ipynb")
    document = WORKSPACE.reserved_key("labels", "a.ipynb")
    await archive.store.put(document, b"[1, 2", metadata={}, content_type="application/json")
    [entry] = await archive.all("a.ipynb")
    await archive.history.label(KEY, entry.version_id, label="still works")
    assert [e.label for e in await archive.all("a.ipynb")] == ["still works"]


async def test_a_workspace_may_be_the_whole_bucket(archive: Archive) -> None:
    whole = Workspace("")
    history = History(
        store=archive.store, outbox=archive.outbox, workspaces=Workspaces.of_setting("")
    )
    first = await archive.store.put("a.ipynb", b"1", metadata={}, content_type="text/plain")
    await history.label("a.ipynb", first.version_id, label="first")
    assert [e.label for e in (await history.page("a.ipynb")).entries] == ["first"]
    await archive.store.delete("a.ipynb")
    assert [gone.key for gone in (await history.deleted(whole)).notebooks] == ["a.ipynb"]


# -- deleted -----------------------------------------------------------------------------------


@on_every_store
async def test_deleted_notebooks_are_listed_with_their_last_version(archive: Archive) -> None:
    await archive.save("kept.ipynb")
    await archive.save("folder/gone.ipynb", "one")
    last = await archive.save("folder/gone.ipynb", "two", author="ben")
    await archive.store.delete(WORKSPACE.key("folder/gone.ipynb"))
    page = await archive.history.deleted(WORKSPACE)
    [gone] = page.notebooks
    assert gone.key == WORKSPACE.key("folder/gone.ipynb")
    assert (gone.last.version_id, gone.last.author, gone.last.size_bytes) == (last, "ben", 3)
    assert (gone.moved_to, page.next) == ("", "")


async def test_a_moved_notebook_says_where_it_went(archive: Archive) -> None:
    await archive.save("a.ipynb")
    await archive.rename("a.ipynb", "b.ipynb")
    [moved] = (await archive.history.deleted(WORKSPACE)).notebooks
    assert (moved.key, moved.moved_to) == (KEY, "b.ipynb")


async def test_a_notebook_of_a_moved_folder_says_where_it_went(archive: Archive) -> None:
    await archive.save("old/deep/a.ipynb")
    await archive.rename("old/deep/a.ipynb", "new/deep/a.ipynb", document=False)
    await archive.rename("old", "new")
    deleted = (await archive.history.deleted(WORKSPACE)).notebooks
    assert [each.moved_to for each in deleted] == ["new/deep/a.ipynb"]


async def test_a_notebook_deleted_where_another_once_moved_away_is_deleted(
    archive: Archive,
) -> None:
    await archive.save("a.ipynb")
    await archive.rename("a.ipynb", "b.ipynb")
    await archive.save("a.ipynb", "another one")
    await archive.store.delete(KEY)
    [gone] = (await archive.history.deleted(WORKSPACE)).notebooks
    assert gone.moved_to == ""


async def test_a_notebook_that_came_back_is_not_deleted(archive: Archive) -> None:
    await archive.save("a.ipynb")
    await archive.store.delete(KEY)
    await archive.wait("a.ipynb", kind="restore")
    assert (await archive.history.deleted(WORKSPACE)).notebooks == ()


@on_every_store
async def test_deleted_notebooks_come_in_pages(archive: Archive) -> None:
    paths = [f"{number}.ipynb" for number in range(5)]
    for path in paths:
        await archive.save(path)
        await archive.store.delete(WORKSPACE.key(path))
    found, after = [], ""
    while True:
        page = await archive.history.deleted(WORKSPACE, limit=2, after=after)
        assert len(page.notebooks) <= 2
        found += [WORKSPACE.path(gone.key) for gone in page.notebooks]
        if not page.next:
            break
        after = page.next
    assert found == paths


@on_every_store
async def test_what_was_deleted_last_is_told_first_where_the_order_is_that_of_time(
    archive: Archive,
) -> None:
    for path in ("b.ipynb", "c.ipynb", "a.ipynb"):
        await archive.save(path)
        await archive.store.delete(WORKSPACE.key(path))
    first = await archive.history.deleted_last(WORKSPACE, limit=2)
    rest = await archive.history.deleted_last(WORKSPACE, limit=2, after=first.next)
    told = [*first.notebooks, *rest.notebooks]
    assert {WORKSPACE.path(gone.key) for gone in told} == {"a.ipynb", "b.ipynb", "c.ipynb"}
    moments = [gone.deleted_at for gone in told]  # those of some stores are whole seconds
    assert moments == sorted(moments, reverse=True)
    if len({*moments}) == len(moments):
        assert [WORKSPACE.path(gone.key)[0] for gone in told] == ["a", "c", "b"]
    assert rest.next == ""


async def test_deleted_notebooks_are_found_by_a_part_of_their_path(archive: Archive) -> None:
    for path in ("Reports/march.ipynb", "reports/april.ipynb", "other.ipynb"):
        await archive.save(path)
        await archive.store.delete(WORKSPACE.key(path))
    page = await archive.history.deleted_last(WORKSPACE, text="REPORTS/m")
    assert [WORKSPACE.path(gone.key) for gone in page.notebooks] == ["Reports/march.ipynb"]


async def test_a_cursor_that_is_none_is_refused_in_the_order_of_time(archive: Archive) -> None:
    with pytest.raises(BadRequest, match="after must be"):
        await archive.history.deleted_last(WORKSPACE, after="yesterday")
