"""A manager may keep notebooks as something else, and need not be hashable."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from notebooks import model
from traitlets.config import Config

from bookstore import ArchivingMixin, BookstoreContentsArchiver
from bookstore.errors import OutboxUnavailable

pytestmark = pytest.mark.asyncio


def as_text(model: dict[str, Any]) -> dict[str, Any]:
    text = "".join(f"{cell['source']}\n" for cell in model["content"]["cells"])
    return {"type": "file", "format": "text", "content": text}


class KeepsText:
    """Keeps a notebook in two files, ``.txt`` and ``.ipynb``; is equal to its like."""

    async def save(self, model: dict[str, Any], path: str = "") -> dict[str, Any]:
        if model["type"] != "notebook":
            return await super().save(model, path)  # type: ignore[misc,no-any-return]
        stem = path.rpartition(".")[0]
        await super().save(model, f"{stem}.ipynb")  # type: ignore[misc]
        return await super().save(as_text(model), f"{stem}.txt")  # type: ignore[misc,no-any-return]

    async def rename_file(self, old_path: str, new_path: str) -> None:
        old, new = old_path.rpartition(".")[0], new_path.rpartition(".")[0]
        for extension in ("ipynb", "txt"):
            moving = super().rename_file(f"{old}.{extension}", f"{new}.{extension}")  # type: ignore[misc]
            await moving

    def __eq__(self, other: object) -> bool:
        return self.root_dir == other.root_dir  # type: ignore[attr-defined,no-any-return]


class TextOverArchiver(KeepsText, BookstoreContentsArchiver): ...


class TextManager(KeepsText, AsyncLargeFileManager): ...


class ArchiverOverText(ArchivingMixin, TextManager): ...


@pytest_asyncio.fixture(params=[TextOverArchiver, ArchiverOverText])
async def manager(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Any]:
    folders = {"local_store_dir": str(tmp_path / "store"), "outbox_dir": str(tmp_path / "outbox")}
    root = tmp_path / "root"
    root.mkdir()
    manager = request.param(root_dir=str(root), config=Config(BookstoreSettings=folders))
    yield manager
    await manager.bookstore.close(deadline_s=10)


async def kinds(manager: Any, path: str) -> list[str]:
    """The kinds of the versions, oldest first."""
    assert await manager.bookstore.uploader.drain(deadline_s=20) == 0
    page = await manager.bookstore.history.page(f"workspace/{path}")
    return [entry.kind for entry in page.entries][::-1]


@pytest.mark.parametrize("asked", ["a.ipynb", "a.txt"])
async def test_every_file_that_a_save_of_a_notebook_writes_is_a_version(
    manager: Any, asked: str
) -> None:
    for source in ("1", "2"):
        await manager.save(model(source), asked)
    for path in ("a.ipynb", "a.txt"):
        await manager.capture.notice(path)
        assert await kinds(manager, path) == ["save", "save"]


async def test_what_was_in_each_of_the_files_before_is_a_version(
    manager: Any, tmp_path: Path
) -> None:
    await manager.save(model("1"), "a.ipynb")
    (tmp_path / "root/a.txt").write_text("from elsewhere\n")
    await manager.save(model("2"), "a.ipynb")
    assert await kinds(manager, "a.txt") == ["save", "outside", "save"]


async def test_a_file_that_was_a_notebooks_once_is_archived_whoever_writes_it(
    manager: Any, tmp_path: Path
) -> None:
    await manager.save(model("1"), "a.txt")
    (tmp_path / "root/a.txt").write_text("from elsewhere\n")
    assert await manager.capture.notice("a.txt")
    await manager.save({"type": "file", "format": "text", "content": "typed\n"}, "a.txt")
    await manager.delete("a.txt")
    assert await kinds(manager, "a.txt") == ["save", "outside", "save", "delete"]


@pytest.mark.parametrize("forgets", ["whole bucket", "one key", "one save"])
async def test_it_stays_archived_when_it_is_not_known_any_more_what_of_it_the_store_has(
    manager: Any, forgets: str
) -> None:
    await manager.save(model("1"), "a.txt")
    outbox = manager.bookstore.outbox
    if forgets == "one save":
        await outbox.discard(await outbox.head("workspace/a.txt"))
    elif forgets == "one key":
        await outbox.unsettled.dismiss("workspace/a.txt")
    else:
        await outbox.forget_heads()
    await manager.save({"type": "file", "format": "text", "content": "typed\n"}, "a.txt")
    await manager.delete("a.txt")
    assert (await kinds(manager, "a.txt"))[-2:] == ["save", "delete"]


async def test_it_is_archived_before_a_deletion_while_the_outbox_cannot_be_used(
    manager: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    await manager.save(model("1"), "a.txt")
    await manager.save({"type": "file", "format": "text", "content": "typed\n"}, "a.txt")

    async def fail(*_: object, **__: object) -> None:
        raise OutboxUnavailable("The disk is gone.")

    with monkeypatch.context() as patched:
        patched.setattr(manager.bookstore.outbox, "add", fail)
        patched.setattr(manager.bookstore.outbox.heads, "known", fail)
        await manager.save({"type": "file", "format": "text", "content": "more\n"}, "a.txt")
        await manager.delete("a.txt")
    await manager.bookstore.recorder.close()
    assert await kinds(manager, "a.txt") == ["save", "save", "save", "delete"]


async def test_other_files_are_left_alone(manager: Any, tmp_path: Path) -> None:
    await manager.save({"type": "file", "format": "text", "content": "typed\n"}, "b.txt")
    (tmp_path / "root/b.txt").write_text("from elsewhere\n")
    assert not await manager.capture.notice("b.txt")
    await manager.delete("b.txt")
    assert await kinds(manager, "b.txt") == []


async def test_history_follows_a_file_that_is_no_ipynb(manager: Any) -> None:
    await manager.save(model("1"), "a.txt")
    await manager.rename("a.txt", "b.txt")
    assert await kinds(manager, "b.txt") == ["save", "rename"]


async def test_history_follows_the_files_that_a_manager_renames_together(tmp_path: Path) -> None:
    folders = {"local_store_dir": str(tmp_path / "store"), "outbox_dir": str(tmp_path / "outbox")}
    manager = TextOverArchiver(root_dir=str(tmp_path), config=Config(BookstoreSettings=folders))
    await manager.save(model("1"), "a.ipynb")
    await manager.rename("a.ipynb", "b.ipynb")
    for path in ("b.ipynb", "b.txt"):
        assert await kinds(manager, path) == ["save", "rename"]
    await manager.bookstore.close(deadline_s=10)
