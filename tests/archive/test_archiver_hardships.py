"""Odd files, odd managers and bad moments do nothing to a save that the user would not see."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
import pytest_asyncio
from jupyter_server.services.contents.filecheckpoints import AsyncGenericFileCheckpoints
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from notebooks import model, notebook, on_disk
from support import until
from tornado.web import HTTPError
from traitlets.config import Config

from bookstore import ArchivingMixin, BookstoreContentsArchiver
from bookstore.archive import saving as saving_module
from bookstore.archive.quick_saving import QuickNotebookSaving
from bookstore.errors import OutboxUnavailable
from bookstore.files.replacing import FileReplacement
from bookstore.outbox import Outbox
from bookstore.outbox import recorder as recorder_module
from bookstore.wiring import Bookstore

pytestmark = pytest.mark.asyncio


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Jupyter's folders, and a root for notebooks."""
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "root").mkdir()
    return tmp_path


def make_manager(cls: type = BookstoreContentsArchiver, **settings: Any) -> Any:
    config = Config({"BookstoreSettings": settings, "NotebookNotary": {"db_file": ":memory:"}})
    root = Path(os.environ["HOME"]) / "root"
    return cls(config=config, root_dir=str(root), delete_to_trash=False, always_delete_dir=True)


@pytest_asyncio.fixture
async def manager() -> AsyncIterator[BookstoreContentsArchiver]:
    manager = make_manager()
    yield manager
    await manager.bookstore.close(deadline_s=5)


async def history(bookstore: Bookstore, path: str) -> list[str]:
    """Of each version, oldest first: the source of its cell, or "deleted"."""
    assert await bookstore.uploader.drain(deadline_s=30) == 0
    key = f"workspace/{path}"
    found = [version async for version in bookstore.store.versions(key)]
    told = []
    for version in reversed(found):
        if version.is_delete_marker:
            told.append("deleted")
        else:
            stored = await bookstore.store.get(key, version_id=version.version_id)
            told.append(nbformat.reads(stored.body, as_version=4).cells[0].source)
    return told


async def test_a_name_that_is_not_unicode_stops_nothing(manager: Any, folders: Path) -> None:
    (folders / "root" / "d").mkdir()
    (folders / "root" / "d" / os.fsdecode(b"caf\xe9.ipynb")).write_text(
        on_disk(notebook("odd")).decode()
    )
    await manager.rename("d", "e")
    await manager.save(model("1"), "a.ipynb")
    assert await history(manager.bookstore, "a.ipynb") == ["1"]
    assert await history(manager.bookstore, "e/caf\\udce9.ipynb") == ["odd"]


async def test_one_path_has_one_history_however_it_is_spelt(manager: Any, folders: Path) -> None:
    (folders / "root" / "d").mkdir()
    for number, path in enumerate(["d/x.ipynb", "/d/x.ipynb", "d//x.ipynb", "d/./x.ipynb"]):
        await manager.save(model(f"{number}"), path)
    assert await history(manager.bookstore, "d/x.ipynb") == ["0", "1", "2", "3"]


class SavesToRestore(BookstoreContentsArchiver):
    """Restores checkpoints by saving them, as managers without files do."""

    def _checkpoints_class_default(self) -> type:
        return AsyncGenericFileCheckpoints


async def test_a_manager_that_restores_by_saving_does_not_wait_for_itself() -> None:
    manager = make_manager(SavesToRestore)
    manager.checkpoints = AsyncGenericFileCheckpoints(parent=manager)
    await manager.save(model("1"), "a.ipynb")
    checkpoint = await manager.create_checkpoint("a.ipynb")
    await manager.save(model("2"), "a.ipynb")
    await asyncio.wait_for(manager.restore_checkpoint(checkpoint["id"], "a.ipynb"), 60)
    assert await history(manager.bookstore, "a.ipynb") == ["1", "2", "1"]
    await manager.bookstore.close(deadline_s=5)


class RemoteManager(ArchivingMixin, AsyncLargeFileManager):
    """Has no file that anyone can read: its models are all there is."""

    def os_path_of(self, path: str) -> None:
        return None


async def test_a_manager_without_files_has_its_models_archived() -> None:
    manager = make_manager(RemoteManager)
    await manager.save(model("1"), "a.ipynb")
    await manager.rename("a.ipynb", "b.ipynb")
    await manager.delete("b.ipynb")
    assert await history(manager.bookstore, "a.ipynb") == ["1", "deleted"]
    assert await history(manager.bookstore, "b.ipynb") == ["1", "deleted"]
    await manager.bookstore.close(deadline_s=5)


async def test_what_cannot_be_archived_first_is_not_deleted(folders: Path) -> None:
    manager = make_manager(outbox_max_bytes=1000)
    (folders / "root" / "d").mkdir()
    big = on_disk(notebook("x" * 2000)).decode()
    (folders / "root" / "d" / "big.ipynb").write_text(big)
    (folders / "root" / "d" / "small.ipynb").write_bytes(on_disk(notebook("s")))
    with pytest.raises(HTTPError, match=r"Not deleted: d/big\.ipynb") as caught:
        await manager.delete("d")
    assert caught.value.status_code == 507
    assert (folders / "root" / "d" / "big.ipynb").exists()
    assert await history(manager.bookstore, "d/small.ipynb") == ["s"]
    await manager.bookstore.close(deadline_s=5)


async def test_a_named_pipe_in_a_folder_is_passed_over(manager: Any, folders: Path) -> None:
    (folders / "root" / "d").mkdir()
    os.mkfifo(folders / "root" / "d" / "pipe.ipynb")
    await asyncio.wait_for(manager.delete("d"), 60)
    assert (await manager.bookstore.outbox.totals()).depth == 0


async def test_saves_into_a_folder_and_its_deletion_do_not_cross(
    manager: Any, folders: Path
) -> None:
    """Whatever was saved is archived; whatever is gone from disk ends with a marker."""
    for trial in range(5):
        (folders / "root" / "d").mkdir(exist_ok=True)
        saves = [manager.save(model(f"{trial}-{n}"), f"d/{n}.ipynb") for n in range(10)]
        await asyncio.gather(*saves[:5], manager.delete("d"), *saves[5:], return_exceptions=True)
    for number in range(10):
        told = await history(manager.bookstore, f"d/{number}.ipynb")
        exists = (folders / "root" / "d" / f"{number}.ipynb").exists()
        assert not told or (told[-1] == "deleted") is not exists


async def test_a_cancelled_save_is_archived_before_the_next_one(
    manager: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever asked for it is gone, but it is on disk; later saves come later."""
    go_on, add = asyncio.Event(), manager.bookstore.outbox.add

    async def slow(saves: Any) -> Any:
        await go_on.wait()
        return await add(saves)

    monkeypatch.setattr(manager.bookstore.outbox, "add", slow)
    first = asyncio.ensure_future(manager.save(model("first"), "a.ipynb"))
    file = Path(manager.root_dir) / "a.ipynb"
    await until(lambda: file.exists() and b"first" in file.read_bytes())
    first.cancel()
    second = asyncio.ensure_future(manager.save(model("second"), "a.ipynb"))
    await asyncio.sleep(0)
    go_on.set()
    await second
    with pytest.raises(asyncio.CancelledError):
        await first
    assert await history(manager.bookstore, "a.ipynb") in (["first", "second"], ["second"])


async def test_an_outbox_that_takes_too_long_does_not_keep_the_user_waiting(
    manager: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder_module, "PATIENCE_S", 0.05)
    monkeypatch.setattr(recorder_module, "FIRST_RETRY_S", 0.05)
    go_on, add = asyncio.Event(), manager.bookstore.outbox.add

    async def stuck(saves: Any) -> Any:
        await go_on.wait()
        return await add(saves)

    monkeypatch.setattr(manager.bookstore.outbox, "add", stuck)
    await manager.save(model("1"), "a.ipynb")
    await manager.save(model("2"), "a.ipynb")
    assert manager.bookstore.recorder.held == 2
    assert "takes too long" in manager.bookstore.recorder.problem
    go_on.set()
    await until(lambda: manager.bookstore.recorder.held == 0)
    assert await history(manager.bookstore, "a.ipynb") == ["1", "2"]


async def test_a_file_that_a_hook_moved_away_is_told_of(
    manager: Any, folders: Path, caplog: pytest.LogCaptureFixture
) -> None:
    events: list[Any] = []
    manager.bookstore.listeners.append(events.append)
    manager.post_save_hook = lambda os_path, **_: Path(os_path).rename(f"{os_path}.moved")
    with caplog.at_level(logging.ERROR):
        await manager.save(model("1"), "a.ipynb")
    assert [event.action for event in events] == ["refused"]
    assert "could not be read" in manager.bookstore.recorder.problem
    (folders / "root" / "a.ipynb.moved").rename(folders / "root" / "a.ipynb")
    await manager.bookstore.recorder.close()
    assert await history(manager.bookstore, "a.ipynb") == ["1"]


async def test_a_save_while_the_server_stops_is_delivered_at_the_next_start() -> None:
    stopping = make_manager()
    await stopping.save(model("1"), "a.ipynb")
    await stopping.bookstore.close(deadline_s=5)
    await stopping.save(model("2"), "a.ipynb")
    started = make_manager()
    assert await history(started.bookstore, "a.ipynb") == ["1", "2"]
    await started.bookstore.close(deadline_s=5)
    await stopping.bookstore.outbox.close()


async def test_a_bug_in_the_outbox_does_not_fail_a_save(
    manager: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(_: Any) -> Any:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(manager.bookstore.outbox, "add", broken)
        await manager.save(model("1"), "a.ipynb")
        assert "ZeroDivisionError" in manager.bookstore.recorder.problem
    await manager.bookstore.recorder.close()
    assert await history(manager.bookstore, "a.ipynb") == ["1"]


async def test_one_job_that_fails_leaves_the_others_of_its_transaction_alone(
    manager: Any,
) -> None:
    database = manager.bookstore.outbox._database

    def broken(_: Any) -> None:
        raise ZeroDivisionError

    jobs = [
        database.run(lambda db: db.execute("SELECT 1").fetchone()[0]),
        database.run(broken),
        database.run(lambda db: db.execute("SELECT 2").fetchone()[0]),
    ]
    results = await asyncio.gather(*map(asyncio.wrap_future, jobs), return_exceptions=True)
    assert [results[0], results[2]] == [1, 2]
    assert isinstance(results[1], ZeroDivisionError)
    assert not isinstance(results[1], OutboxUnavailable)


# -- saves that are recorded while they are written --------------------------------------------


def _replace_in(os_path: str, old: str, new: str) -> None:
    file = Path(os_path)
    file.write_text(file.read_text().replace(old, new))


async def test_what_a_hook_makes_of_a_save_is_the_version(manager: Any) -> None:
    def strip(model: object, os_path: str, contents_manager: object) -> None:
        _replace_in(os_path, "secret", "hidden")

    manager.register_post_save_hook(strip)
    await manager.save(model("secret"), "a.ipynb")
    assert await history(manager.bookstore, "a.ipynb") == ["hidden"]


async def test_what_a_subclass_writes_after_the_save_is_a_version_too(folders: Path) -> None:
    class Stamping(AsyncLargeFileManager):
        async def save(self, model: dict[str, Any], path: str = "") -> dict[str, Any]:
            saved: dict[str, Any] = await super().save(model, path)
            _replace_in(self._get_os_path(path), "saved", "stamped")
            return saved

    class Archiving(ArchivingMixin, QuickNotebookSaving, Stamping):  # type: ignore[misc]
        pass

    stamping = make_manager(Archiving)
    await stamping.save(model("saved"), "a.ipynb")
    assert await history(stamping.bookstore, "a.ipynb") == ["saved", "stamped"]
    await stamping.bookstore.close(deadline_s=5)


async def test_a_save_that_cannot_be_written_makes_no_version(manager: Any, folders: Path) -> None:
    await manager.save(model("1"), "a.ipynb")
    (folders / "root" / "folder").write_text("a file")
    with pytest.raises(HTTPError):
        await manager.save(model("2"), "folder/a.ipynb")
    assert await history(manager.bookstore, "a.ipynb") == ["1"]
    assert not [entry async for entry in manager.bookstore.store.versions("workspace/folder/a")]


async def test_a_save_that_the_disk_loses_in_the_end_is_a_version_all_the_same(
    manager: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is what the user wanted to keep, and it is on the outbox's disk."""
    await manager.save(model("1"), "a.ipynb")

    def broken(_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(FileReplacement, "flush", broken)
        with pytest.raises(HTTPError, match="Input/output error"):
            await manager.save(model("2"), "a.ipynb")
    assert "1" in (await manager.get("a.ipynb"))["content"]["cells"][0]["source"]
    assert await history(manager.bookstore, "a.ipynb") == ["1", "2"]
    await manager.save(model("3"), "a.ipynb")
    assert await history(manager.bookstore, "a.ipynb") == ["1", "2", "3"]


async def test_a_bug_in_recording_early_costs_nothing(
    manager: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []

    def broken(*args: Any, **more: Any) -> Any:
        calls.append(args)
        raise ZeroDivisionError("odd")

    monkeypatch.setattr(saving_module, "save_of", broken)
    await manager.save(model("1"), "a.ipynb")
    assert len(calls) == 1
    assert await history(manager.bookstore, "a.ipynb") == ["1"]


async def test_what_only_a_removed_outbox_held_is_archived_again_from_the_files(
    manager: Any, folders: Path
) -> None:
    outbox = manager.bookstore.outbox
    another = Outbox(outbox.directory, max_bytes=1000)
    assert another.try_lead()  # so nothing is delivered yet
    await manager.save(model("1"), "a.ipynb")
    await manager.save(model("2"), "b.ipynb")
    await another.close()
    shutil.rmtree(outbox.directory)
    assert (await outbox.totals()).depth == 0
    await manager.bookstore.background.finish(timeout_s=60)
    assert await history(manager.bookstore, "a.ipynb") == ["1"]
    assert await history(manager.bookstore, "b.ipynb") == ["2"]
