"""Opening a shared notebook makes no version; whatever a person changes does."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from colleagues import Colleague
from jupyter_server.serverapp import ServerApp
from notebooks import notebook
from shared_document import Shared

from bookstore.notebooks.resemblance import says_nothing_new
from bookstore.wiring import Bookstore

SignedIn = Callable[[str], Colleague]

PYTHON = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
IPYTHON = {"name": "python", "version": "3.11.7"}


async def opened(server: ServerApp, ada: Colleague) -> Shared:
    """A notebook that ada has saved, once an editor has opened it and the server has saved it."""
    before = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    await ada.save_content("plan.ipynb", {**notebook("1"), "metadata": before})
    shared = Shared(server)
    shared.edited_by("ada", of_metadata=True)
    await shared.save("1", kernelspec=PYTHON, language_info=IPYTHON)
    return shared


async def kinds(person: Colleague) -> list[str]:
    """What each version is, oldest first."""
    return [version["kind"] for version in reversed(await person.versions("plan.ipynb"))]


async def test_what_the_editor_writes_by_itself_makes_no_version(
    jp_serverapp: ServerApp, signed_in: SignedIn, jp_root_dir: Path
) -> None:
    ada = signed_in("ada")
    await opened(jp_serverapp, ada)
    assert b"3.11.7" in (jp_root_dir / "plan.ipynb").read_bytes()
    assert await kinds(ada) == ["save"]


async def test_the_next_version_brings_it_along(
    jp_serverapp: ServerApp, signed_in: SignedIn, bookstore: Bookstore
) -> None:
    ada = signed_in("ada")
    shared = await opened(jp_serverapp, ada)
    shared.edited_by("bob")
    await shared.save("2", kernelspec=PYTHON, language_info=IPYTHON)
    newest = (await ada.versions("plan.ipynb"))[0]
    assert newest["author"] == "bob"
    await bookstore.uploader.drain(deadline_s=30)
    body = (await bookstore.store.get("workspace/plan.ipynb")).body
    assert json.loads(body)["metadata"]["language_info"] == IPYTHON


async def test_a_save_by_hand_of_it_says_that_the_version_before_was_asked_for(
    jp_serverapp: ServerApp, signed_in: SignedIn
) -> None:
    ada = signed_in("ada")
    shared = await opened(jp_serverapp, ada)
    await shared.manager.create_checkpoint("plan.ipynb")
    assert await kinds(ada) == ["manual"]


async def test_a_server_that_starts_anew_takes_the_file_for_the_version_it_has(
    jp_serverapp: ServerApp, signed_in: SignedIn
) -> None:
    ada = signed_in("ada")
    shared = await opened(jp_serverapp, ada)
    shared.manager.capture.reader.seen.forget_all()
    assert not await shared.manager.capture.notice("plan.ipynb")
    assert await kinds(ada) == ["save"]


@pytest.mark.parametrize(
    ("sources", "metadata"),
    [
        (["1"], {"kernelspec": {"name": "julia"}, "language_info": {"name": "julia"}}),
        (["1"], {"kernelspec": PYTHON, "title": "A plan"}),
        (["1", ""], {"kernelspec": PYTHON}),
        (["2"], {"kernelspec": PYTHON}),
    ],
)
async def test_anything_else_makes_one(
    jp_serverapp: ServerApp, signed_in: SignedIn, sources: list[str], metadata: dict[str, Any]
) -> None:
    """Even if nobody was seen to touch a cell."""
    ada = signed_in("ada")
    shared = await opened(jp_serverapp, ada)
    shared.edited_by("ada", of_metadata=True)
    await shared.save(*sources, **metadata)
    assert await kinds(ada) == ["save", "save"]


async def test_what_a_request_brings_makes_one(
    jp_serverapp: ServerApp, signed_in: SignedIn
) -> None:
    ada = signed_in("ada")
    await opened(jp_serverapp, ada)
    metadata = {"kernelspec": PYTHON, "language_info": {"name": "python", "version": "3.12.0"}}
    await ada.save_content("plan.ipynb", {**notebook("1"), "metadata": metadata})
    assert await kinds(ada) == ["save", "save"]


@pytest.mark.parametrize("is_delivered", [True, False])
@pytest.mark.parametrize("does", ["save", "delete", "restore"])
async def test_the_very_bytes_are_a_version_when_somebody_saves_them_and_before_they_go(
    jp_serverapp: ServerApp,
    signed_in: SignedIn,
    bookstore: Bookstore,
    jp_root_dir: Path,
    does: str,
    is_delivered: bool,
) -> None:
    ada = signed_in("ada")
    await opened(jp_serverapp, ada)
    there = (jp_root_dir / "plan.ipynb").read_bytes()
    if is_delivered:
        await bookstore.uploader.drain(deadline_s=30)
    [version] = await ada.versions("plan.ipynb")
    if does == "save":
        await ada.save_content("plan.ipynb", json.loads(there))
    elif does == "delete":
        await ada.ask("DELETE", "contents", "plan.ipynb")
    else:
        body = {"version_id": version["version_id"]}
        await ada.ask("POST", "bookstore", "restore", "plan.ipynb", body=body)
    await bookstore.uploader.drain(deadline_s=30)
    key = "workspace/plan.ipynb"
    versions = [each async for each in bookstore.store.versions(key) if not each.is_delete_marker]
    bodies = [(await bookstore.store.get(key, version_id=v.version_id)).body for v in versions]
    assert there in bodies


@pytest.mark.parametrize("bookstore_config", [{"skip_unchanged": False}])
async def test_where_unchanged_saves_make_versions_so_does_opening(
    jp_serverapp: ServerApp, signed_in: SignedIn
) -> None:
    ada = signed_in("ada")
    await opened(jp_serverapp, ada)
    assert await kinds(ada) == ["save", "save"]


async def test_a_restore_of_what_is_there_is_told_of_even_so(
    jp_serverapp: ServerApp, signed_in: SignedIn
) -> None:
    ada = signed_in("ada")
    shared = await opened(jp_serverapp, ada)
    [version] = await ada.versions("plan.ipynb")
    await ada.restore_in_editor("plan.ipynb", version)
    shared.edited_by("ada", of_metadata=True)
    await shared.save("1", kernelspec=PYTHON)
    assert await kinds(ada) == ["save", "restore"]


async def test_a_file_that_has_no_version_yet_gets_one(
    jp_serverapp: ServerApp, signed_in: SignedIn, jp_root_dir: Path
) -> None:
    (jp_root_dir / "plan.ipynb").write_text(json.dumps(notebook("1")))
    shared = Shared(jp_serverapp)
    await shared.save("1", kernelspec={"name": ""}, language_info={"name": ""})
    assert await kinds(signed_in("ada")) == ["outside"]


def changed(**changes: Any) -> bytes:
    return json.dumps({**notebook("1"), **changes}).encode()


def test_ids_for_cells_that_have_none_are_nothing_new() -> None:
    [cell] = notebook("1")["cells"]
    without = {name: value for name, value in cell.items() if name != "id"}
    assert says_nothing_new(changed(cells=[without]), changed())
    assert not says_nothing_new(changed(), changed(cells=[{**cell, "id": "other"}]))


def test_a_first_empty_cell_is_nothing_new() -> None:
    [empty] = notebook("")["cells"]
    assert says_nothing_new(changed(cells=[]), changed(cells=[empty]))
    assert not says_nothing_new(changed(cells=[]), changed())
    assert not says_nothing_new(changed(cells=[]), changed(cells=[empty, empty]))
    assert not says_nothing_new(changed(cells=[empty]), changed(cells=[]))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"", b""),
        (b"[]", b"[]"),
        (b"{", b"{"),
        (b'{"cells": []}', b'{"cells": []}'),
        (changed(), changed(cells=[1])),
        (changed(metadata={"n": 1}), changed(metadata={"n": True})),
        (changed(metadata={"kernelspec": 1}), changed(metadata={"kernelspec": 2})),
        (changed(metadata={"": 1}), changed(metadata={"": 2})),
        (changed(), changed(nbformat_minor=3)),
    ],
)
def test_what_is_not_known_to_be_the_same_is_new(before: bytes, after: bytes) -> None:
    assert not says_nothing_new(before, after)
