"""Saving a notebook does everything that Jupyter's own manager does."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from nbformat.sign import NotebookNotary
from notebooks import code, model
from tornado.web import HTTPError

from bookstore.archive.quick_saving import WITNESS, QuickNotebookSaving
from bookstore.files import replacing
from bookstore.files.last_seen import Signature, signature_of

pytestmark = pytest.mark.asyncio


class Quick(QuickNotebookSaving, AsyncLargeFileManager):  # type: ignore[misc]
    """Jupyter's manager with nothing but the quick saving."""


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Any]:
    """Make a manager of a class, with a folder and a notary of its own."""

    def made(manager: type, **settings: Any) -> Any:
        root = tmp_path / manager.__name__
        root.mkdir()
        notary = NotebookNotary(data_dir=str(root), db_file=str(root / ".signatures"))
        return manager(root_dir=str(root), notary=notary, **settings)

    return made


def file_of(manager: Any, path: str = "a.ipynb") -> Path:
    return Path(manager.root_dir) / path


def left_behind(manager: Any) -> list[Path]:
    return list(Path(manager.root_dir).glob(".~*"))


HTML = {"output_type": "display_data", "metadata": {}, "data": {"text/html": "<b>\n"}}


@pytest.mark.parametrize("trusted", [True, False])
async def test_file_answer_and_trust_are_those_of_jupyter(
    make: Callable[..., Any], trusted: bool
) -> None:
    both = make(Quick), make(AsyncLargeFileManager)
    found = []
    for manager in both:
        saved = model(code("a\nb", "cell", (HTML,), metadata={"trusted": trusted}))
        answer = await manager.save(saved, "a.ipynb")
        opened = await manager.get("a.ipynb")
        is_trusted = opened["content"]["cells"][0]["metadata"]["trusted"]
        told = {name: answer[name] for name in ("name", "path", "type", "size", "writable")}
        found.append((file_of(manager).read_bytes(), told, is_trusted))
    assert found[0] == found[1]
    assert found[0][2] is trusted


async def test_an_invalid_notebook_is_saved_and_told_of(make: Callable[..., Any]) -> None:
    both = make(Quick), make(AsyncLargeFileManager)
    messages = []
    for manager in both:
        saved = model("1 + 1")
        saved["content"]["cells"][0]["execution_count"] = "never"
        messages.append((await manager.save(saved, "a.ipynb"))["message"])
    assert messages[0] == messages[1]
    assert "never" in messages[0]


@pytest.mark.parametrize("way", ["in place", "simple", "second name"])
async def test_what_is_not_replaced_is_written_in_place(
    make: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    manager = make(Quick, use_atomic_writing=way != "simple")
    await manager.save(model("1"), "a.ipynb")
    if way == "second name":
        os.link(file_of(manager), file_of(manager, "b.ipynb"))
    if way == "in place":
        monkeypatch.setattr(replacing.FileReplacement, "take_place", _mount_point)
    inode = file_of(manager).stat().st_ino
    await manager.save(model("2"), "a.ipynb")
    assert file_of(manager).stat().st_ino == inode
    assert "2" in file_of(manager).read_text()
    assert not left_behind(manager)


def _mount_point(_: object) -> os.stat_result:
    raise replacing.NotReplaceableError(errno.EBUSY, "mounted")


async def test_a_way_of_writing_of_a_subclass_is_kept(make: Callable[..., Any]) -> None:
    written: list[str] = []

    class Own(Quick):
        def atomic_writing(self, os_path: str, *args: Any, **kwargs: Any) -> Any:
            written.append(os_path)
            return super().atomic_writing(os_path, *args, **kwargs)

    manager = make(Own)
    await manager.save(model("1 + 1"), "a.ipynb")
    assert written == [str(file_of(manager))]


async def test_a_disk_that_fails_leaves_the_old_notebook(
    make: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    manager = make(Quick)
    await manager.save(model("1"), "a.ipynb")
    before = file_of(manager).read_bytes()

    def on_a_full_disk(opened: int, mode: str) -> Any:
        os.close(opened)
        return Path("/dev/full").open(mode)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fdopen", on_a_full_disk)
        with pytest.raises(HTTPError, match="No space left") as refused:
            await manager.save(model("2"), "a.ipynb")
    assert refused.value.status_code == 500
    assert file_of(manager).read_bytes() == before
    assert not left_behind(manager)


async def test_what_is_no_unicode_is_refused_and_the_old_notebook_stays(
    make: Callable[..., Any],
) -> None:
    manager = make(Quick)
    await manager.save(model("1"), "a.ipynb")
    before = file_of(manager).read_bytes()
    with pytest.raises(HTTPError, match="surrogates not allowed"):
        await manager.save(model("\ud800"), "a.ipynb")
    assert file_of(manager).read_bytes() == before


async def test_a_broken_signature_store_is_told_and_the_notebook_is_there(
    make: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    manager = make(Quick)

    def broken(*_: object) -> None:
        raise ZeroDivisionError("odd")

    monkeypatch.setattr(NotebookNotary, "sign", broken)
    with pytest.raises(HTTPError, match="odd"):
        await manager.save(model("1"), "a.ipynb")
    assert "1" in file_of(manager).read_text()


async def test_signing_outside_a_save_happens_at_once(make: Callable[..., Any]) -> None:
    manager = make(Quick)
    notebook = nbformat.from_dict(model("1 + 1")["content"])
    manager.check_and_sign(notebook, "a.ipynb")
    assert manager.notary.check_signature(notebook)


async def test_a_witness_is_told_before_and_after(make: Callable[..., Any]) -> None:
    manager = make(Quick)
    told: list[object] = []

    class Told:
        def content_written(self, file: Path, content: bytes) -> None:
            told.append((file.exists(), content))

        def file_replaced(self, file: Path, signature: Signature) -> None:
            told.append(signature)

    token = WITNESS.set(Told())
    await manager.save(model("1 + 1"), "a.ipynb")
    WITNESS.reset(token)
    file = file_of(manager)
    assert told == [(False, file.read_bytes()), signature_of(file)]
