"""Whatever is saved through a real Jupyter server becomes a version, byte for byte."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from jupyter_server.auth import IdentityProvider, User
from jupyter_server.serverapp import ServerApp
from jupyter_server.services.contents.filemanager import FileContentsManager
from notebooks import notebook, on_disk
from tornado.httpclient import HTTPClientError
from traitlets.config import Config

from bookstore import ArchivingMixin, BookstoreContentsArchiver
from bookstore.archive.manager import ArchiveRecord
from bookstore.records import ObjectVersion, StoredObject
from bookstore.wiring import Bookstore

Fetch = Callable[..., Awaitable[Any]]


@pytest.fixture
def jp_server_config() -> Config:
    return Config({"ServerApp": {"jpserver_extensions": {"bookstore": True}}})


@pytest.fixture
def bookstore(jp_serverapp: ServerApp) -> Bookstore:
    manager = jp_serverapp.contents_manager
    assert isinstance(manager, BookstoreContentsArchiver)
    return manager.bookstore


async def put(fetch: Fetch, path: str, source: str = "1 + 1", **model: Any) -> dict[str, Any]:
    body = {"type": "notebook", "format": "json", "content": notebook(source), **model}
    answer = await fetch("api", "contents", path, method="PUT", body=json.dumps(body))
    return json.loads(answer.body)


async def versions(bookstore: Bookstore, path: str) -> list[ObjectVersion]:
    """The delivered versions of the notebook at *path*, oldest first."""
    await bookstore.uploader.drain(deadline_s=30)
    key = f"workspace/{path}"
    found = [version async for version in bookstore.store.versions(key)]
    return [
        version
        if version.is_delete_marker
        else await bookstore.store.head(key, version_id=version.version_id)
        for version in reversed(found)
    ]


async def newest(bookstore: Bookstore, path: str) -> StoredObject:
    await bookstore.uploader.drain(deadline_s=30)
    return await bookstore.store.get(f"workspace/{path}")


async def kinds(bookstore: Bookstore, path: str) -> list[str]:
    return [
        "delete" if version.is_delete_marker else dict(version.metadata or {})["kind"]
        for version in await versions(bookstore, path)
    ]


async def test_a_save_becomes_a_version_with_the_bytes_on_disk(
    jp_fetch: Fetch, jp_root_dir: Path, bookstore: Bookstore
) -> None:
    (jp_root_dir / "reports").mkdir()
    await put(jp_fetch, "reports/demo ü.ipynb")
    stored = await newest(bookstore, "reports/demo ü.ipynb")
    assert stored.body == (jp_root_dir / "reports" / "demo ü.ipynb").read_bytes()
    assert stored.version.content_type == "application/x-ipynb+json"
    metadata = dict(stored.version.metadata or {})
    assert metadata["kind"] == "save"
    assert metadata["author"]
    assert "source" not in metadata


async def test_fifty_saves_as_fast_as_possible_become_fifty_versions_in_order(
    jp_fetch: Fetch, jp_root_dir: Path, bookstore: Bookstore
) -> None:
    """Defect 1: a save that arrives while another is being delivered is not dropped."""
    await put(jp_fetch, "a.ipynb", "first")
    answers = [put(jp_fetch, "a.ipynb", f"x = {number}") for number in range(49)]
    await asyncio.gather(*answers)
    found = await versions(bookstore, "a.ipynb")
    assert len(found) == 50
    bodies = [(await bookstore.store.get(v.key, version_id=v.version_id)).body for v in found]
    assert len(set(bodies)) == 50
    assert bodies[-1] == (jp_root_dir / "a.ipynb").read_bytes()


async def test_saving_the_same_bytes_again_makes_no_version(
    jp_fetch: Fetch, bookstore: Bookstore
) -> None:
    """Defect 21."""
    for _ in range(3):
        await put(jp_fetch, "a.ipynb")
    assert len(await versions(bookstore, "a.ipynb")) == 1


async def test_a_new_notebook_an_upload_and_a_copy_are_versions(
    jp_fetch: Fetch, jp_root_dir: Path, bookstore: Bookstore
) -> None:
    answer = await jp_fetch(
        "api", "contents", "", method="POST", body=json.dumps({"type": "notebook"})
    )
    new = json.loads(answer.body)["path"]
    assert await kinds(bookstore, new) == ["save"]
    text = on_disk(notebook("uploaded")).decode()
    model = {"type": "file", "format": "text", "content": text}
    await jp_fetch("api", "contents", "up.ipynb", method="PUT", body=json.dumps(model))
    assert (await newest(bookstore, "up.ipynb")).body == text.encode()
    answer = await jp_fetch(
        "api", "contents", "", method="POST", body=json.dumps({"copy_from": "up.ipynb"})
    )
    copy = json.loads(answer.body)["path"]
    [version] = await versions(bookstore, copy)
    metadata = dict(version.metadata or {})
    assert (metadata["kind"], metadata["source"]) == ("copy", "workspace/up.ipynb")


async def test_a_chunked_upload_is_whole_on_disk_and_one_version(
    jp_fetch: Fetch, jp_root_dir: Path, bookstore: Bookstore
) -> None:
    """Defect 7: chunks used to overwrite each other."""
    body = on_disk(notebook("x" * 1000))
    for chunk, start in ((1, 0), (2, 400), (-1, 800)):
        piece = body[start : start + 400] if chunk > 0 else body[start:]
        model = {
            "type": "file",
            "format": "base64",
            "content": base64.b64encode(piece).decode(),
            "chunk": chunk,
        }
        await jp_fetch("api", "contents", "big.ipynb", method="PUT", body=json.dumps(model))
    assert (jp_root_dir / "big.ipynb").read_bytes() == body
    [version] = await versions(bookstore, "big.ipynb")
    assert version.size_bytes == len(body)


async def test_renaming_moves_the_newest_content_and_marks_the_old_key(
    jp_fetch: Fetch, jp_root_dir: Path, bookstore: Bookstore
) -> None:
    """Defect 12."""
    await put(jp_fetch, "old.ipynb")
    await jp_fetch(
        "api", "contents", "old.ipynb", method="PATCH", body=json.dumps({"path": "new.ipynb"})
    )
    assert await kinds(bookstore, "old.ipynb") == ["save", "delete"]
    [version] = await versions(bookstore, "new.ipynb")
    metadata = dict(version.metadata or {})
    assert (metadata["kind"], metadata["source"]) == ("rename", "workspace/old.ipynb")
    assert (await newest(bookstore, "new.ipynb")).body == (jp_root_dir / "new.ipynb").read_bytes()


async def test_renaming_a_folder_moves_every_notebook_in_it(
    jp_fetch: Fetch, jp_root_dir: Path, bookstore: Bookstore
) -> None:
    (jp_root_dir / "a" / "deep").mkdir(parents=True)
    await put(jp_fetch, "a/one.ipynb", "1")
    await put(jp_fetch, "a/deep/two.ipynb", "2")
    (jp_root_dir / "a" / "notes.txt").write_text("not archived")
    await jp_fetch("api", "contents", "a", method="PATCH", body=json.dumps({"path": "b"}))
    for below in ("one.ipynb", "deep/two.ipynb"):
        assert await kinds(bookstore, f"a/{below}") == ["save", "delete"]
        assert await kinds(bookstore, f"b/{below}") == ["rename"]
    assert await kinds(bookstore, "b/notes.txt") == []
    assert await kinds(bookstore, "b/.ipynb_checkpoints/one-checkpoint.ipynb") == []


async def test_a_file_renamed_to_a_notebook_starts_a_history_and_back_ends_it(
    jp_fetch: Fetch, jp_root_dir: Path, bookstore: Bookstore
) -> None:
    (jp_root_dir / "a.txt").write_bytes(on_disk(notebook()))
    for old, new in (("a.txt", "a.ipynb"), ("a.ipynb", "b.txt")):
        await jp_fetch("api", "contents", old, method="PATCH", body=json.dumps({"path": new}))
    assert await kinds(bookstore, "a.ipynb") == ["rename", "delete"]
    assert await kinds(bookstore, "a.txt") == []
    assert await kinds(bookstore, "b.txt") == []


async def test_deleting_marks_the_key_and_keeps_what_was_there(
    jp_fetch: Fetch, bookstore: Bookstore
) -> None:
    await put(jp_fetch, "a.ipynb")
    await jp_fetch("api", "contents", "a.ipynb", method="DELETE")
    assert await kinds(bookstore, "a.ipynb") == ["save", "delete"]


async def test_a_notebook_nobody_ever_saved_here_can_be_brought_back_after_deletion(
    jp_fetch: Fetch, jp_root_dir: Path, bookstore: Bookstore
) -> None:
    text = on_disk(notebook("came with git")).decode()
    (jp_root_dir / "git.ipynb").write_text(text)
    await jp_fetch("api", "contents", "git.ipynb", method="DELETE")
    first, _ = await versions(bookstore, "git.ipynb")
    assert await kinds(bookstore, "git.ipynb") == ["outside", "delete"]
    stored = await bookstore.store.get(first.key, version_id=first.version_id)
    assert stored.body == text.encode()


async def test_deleting_a_folder_marks_every_notebook_in_it(
    jp_fetch: Fetch, jp_root_dir: Path, bookstore: Bookstore, jp_serverapp: ServerApp
) -> None:
    jp_serverapp.contents_manager.delete_to_trash = False
    jp_serverapp.contents_manager.always_delete_dir = True
    (jp_root_dir / "a" / "deep").mkdir(parents=True)
    await put(jp_fetch, "a/deep/one.ipynb")
    await jp_fetch("api", "contents", "a", method="DELETE")
    assert await kinds(bookstore, "a/deep/one.ipynb") == ["save", "delete"]


async def test_deleting_or_renaming_what_is_not_there_records_nothing(
    jp_fetch: Fetch, bookstore: Bookstore
) -> None:
    with pytest.raises(HTTPClientError) as caught:
        await jp_fetch("api", "contents", "none.ipynb", method="DELETE")
    assert caught.value.code == 404
    with pytest.raises(HTTPClientError):
        await jp_fetch(
            "api", "contents", "none.ipynb", method="PATCH", body=json.dumps({"path": "b.ipynb"})
        )
    assert (await bookstore.outbox.totals()).depth == 0
    assert await kinds(bookstore, "none.ipynb") == []


async def test_reverting_to_a_checkpoint_archives_both_sides(
    jp_fetch: Fetch, jp_root_dir: Path, bookstore: Bookstore
) -> None:
    await put(jp_fetch, "a.ipynb", "checkpointed")
    answer = await jp_fetch(
        "api", "contents", "a.ipynb", "checkpoints", method="POST", allow_nonstandard_methods=True
    )
    checkpoint = json.loads(answer.body)["id"]
    outside = on_disk(notebook("written by something else")).decode()
    (jp_root_dir / "a.ipynb").write_text(outside)
    await jp_fetch(
        "api", "contents", "a.ipynb", "checkpoints", checkpoint,
        method="POST", allow_nonstandard_methods=True,
    )  # fmt: skip
    assert await kinds(bookstore, "a.ipynb") == ["manual", "outside", "restore"]
    assert b"checkpointed" in (await newest(bookstore, "a.ipynb")).body


async def test_copying_a_folder_archives_the_copies(
    jp_fetch: Fetch, jp_root_dir: Path, bookstore: Bookstore
) -> None:
    (jp_root_dir / "a").mkdir()
    await put(jp_fetch, "a/one.ipynb")
    answer = await jp_fetch(
        "api", "contents", "", method="POST", body=json.dumps({"copy_from": "a"})
    )
    copied = json.loads(answer.body)["path"].strip("/")
    [version] = await versions(bookstore, f"{copied}/one.ipynb")
    metadata = dict(version.metadata or {})
    assert (metadata["kind"], metadata["source"]) == ("copy", "workspace/a/one.ipynb")


async def test_only_what_the_globs_name_is_archived(jp_fetch: Fetch, bookstore: Bookstore) -> None:
    model = {"type": "file", "format": "text", "content": "x = 1"}
    await jp_fetch("api", "contents", "a.py", method="PUT", body=json.dumps(model))
    assert await kinds(bookstore, "a.py") == []
    bookstore.settings.archive_globs = ["*.ipynb", "*.py"]
    model["content"] = "x = 2"
    await jp_fetch("api", "contents", "a.py", method="PUT", body=json.dumps(model))
    stored = await newest(bookstore, "a.py")
    assert (stored.body, stored.version.content_type) == (b"x = 2", "text/x-python")


async def test_a_failed_save_leaves_no_version(
    jp_fetch: Fetch, jp_root_dir: Path, bookstore: Bookstore
) -> None:
    """Defect 10: what never was on disk is never a version."""
    (jp_root_dir / "a.ipynb").mkdir()  # nothing can be written there
    with pytest.raises(HTTPClientError):
        await put(jp_fetch, "a.ipynb")
    assert (await bookstore.outbox.totals()).depth == 0
    assert await kinds(bookstore, "a.ipynb") == []


async def test_the_administrators_hooks_run_and_what_they_change_is_archived(
    jp_fetch: Fetch, jp_root_dir: Path, bookstore: Bookstore, jp_serverapp: ServerApp
) -> None:
    """Defect 8."""
    calls = []

    def before(model: dict[str, Any], path: str, **_: Any) -> None:
        calls.append(("before", path))
        model["content"]["cells"][0]["source"] = "changed by the hook"

    def after(os_path: str, **_: Any) -> None:
        calls.append(("after", Path(os_path).name))

    jp_serverapp.contents_manager.pre_save_hook = before
    jp_serverapp.contents_manager.post_save_hook = after
    await put(jp_fetch, "a.ipynb")
    assert calls == [("before", "a.ipynb"), ("after", "a.ipynb")]
    assert b"changed by the hook" in (await newest(bookstore, "a.ipynb")).body


@pytest.mark.filterwarnings("ignore:run_pre_save_hook is deprecated")
async def test_the_old_name_of_the_hook_runner_still_runs_the_hook(
    jp_serverapp: ServerApp,
) -> None:
    calls = []
    jp_serverapp.contents_manager.pre_save_hook = lambda **values: calls.append(values["path"])
    jp_serverapp.contents_manager.run_pre_save_hook({"type": "notebook"}, "a.ipynb")
    assert calls == ["a.ipynb"]


async def test_archive_takes_a_record_as_it_always_did(
    jp_serverapp: ServerApp, bookstore: Bookstore
) -> None:
    record = ArchiveRecord("a.ipynb", '{"cells": []}', 1_700_000_000.5)
    await jp_serverapp.contents_manager.archive(record)
    stored = await newest(bookstore, "a.ipynb")
    assert stored.body == b'{"cells": []}'
    assert dict(stored.version.metadata or {})["saved-at"].startswith("2023-11-14T22:13:20.5")


async def test_a_save_without_a_request_is_archived_too(
    jp_serverapp: ServerApp, bookstore: Bookstore
) -> None:
    """Real-time collaboration calls the manager directly."""
    await jp_serverapp.contents_manager.save(
        {"type": "notebook", "content": notebook(), "format": "json"}, "a.ipynb"
    )
    assert await kinds(bookstore, "a.ipynb") == ["save"]


async def test_a_saves_outcome_does_not_depend_on_the_outbox(
    jp_fetch: Fetch, jp_root_dir: Path, bookstore: Bookstore
) -> None:
    """With an outbox that cannot be written the save succeeds, is told of, and caught up on."""
    events = []
    bookstore.listeners.append(events.append)
    await put(jp_fetch, "a.ipynb", "1")
    await bookstore.uploader.drain(deadline_s=30)
    await bookstore.outbox.close()
    await asyncio.to_thread(_break, bookstore.outbox.directory)
    saved = await put(jp_fetch, "a.ipynb", "2")
    assert saved["path"] == "a.ipynb"
    assert bookstore.recorder.held == 1
    assert bookstore.recorder.problem.startswith("Saves are not being recorded.")
    assert str(bookstore.outbox.directory) not in bookstore.recorder.problem
    assert events[-1].action == "refused"
    bookstore.outbox.directory.unlink()
    await bookstore.recorder._record_held()
    assert bookstore.recorder.problem == ""
    assert b'"2"' in (await newest(bookstore, "a.ipynb")).body


def _break(folder: Path) -> None:
    """Put a file where *folder* was: nothing can be written into it, not even by root."""
    folder.rename(folder.with_name("gone"))
    folder.touch()


class OneUser(IdentityProvider):
    """Knows everyone as Ana."""

    async def get_user(self, handler: Any) -> User | None:
        known = await super().get_user(handler)
        return known and User(username="ana", name="Ana")


async def test_the_signed_in_user_is_the_author(
    jp_fetch: Fetch, jp_serverapp: ServerApp, bookstore: Bookstore
) -> None:
    provider = OneUser(parent=jp_serverapp, token=jp_serverapp.identity_provider.token)
    jp_serverapp.web_app.settings["identity_provider"] = provider
    await put(jp_fetch, "a.ipynb")
    assert dict((await newest(bookstore, "a.ipynb")).version.metadata or {})["author"] == "ana"


async def test_a_synchronous_manager_is_refused_with_a_word_about_why() -> None:
    with pytest.raises(TypeError, match="before an asynchronous contents manager"):
        type("Mine", (ArchivingMixin, FileContentsManager), {})


async def test_the_locks_of_saved_paths_do_not_pile_up(
    jp_fetch: Fetch, jp_serverapp: ServerApp, bookstore: Bookstore
) -> None:
    """Defect 23."""
    for number in range(5):
        await put(jp_fetch, f"{number}.ipynb")
    await bookstore.uploader.drain(deadline_s=30)
    manager = jp_serverapp.contents_manager
    assert manager.path_locks == {}
    assert len(manager.capture.paths) == 0
    assert isinstance(manager.path_lock_ready, asyncio.Lock)
