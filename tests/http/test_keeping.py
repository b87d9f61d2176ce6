"""What an editor holds that is not saved: a version, before anything takes its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from http_helpers import Call, versions_of
from notebooks import code, notebook, on_disk

from bookstore.actions import keeping
from bookstore.errors import OutboxError, OutboxFull, OutboxUnavailable, StoreUnavailable
from bookstore.settings.users import server_username
from bookstore.store.memory import MemoryStore
from bookstore.wiring import Bookstore

KEEP = "/api/bookstore/checkpoint"
AGENT = {"Bookstore-Agent": "x"}
KINDS_THAT_STAY = ("manual", "restore", "publish", "rename", "copy")


async def save(call: Call, source: str, **how: Any) -> None:
    body = {"type": "notebook", "content": notebook(code(source, "a"))}
    assert (await call("PUT", "/api/contents/a.ipynb", json_body=body, **how)).status < 300


async def keep(call: Call, content: Any, **more: str) -> Any:
    body = {"path": "a.ipynb", "content": content, **more}
    return await call("POST", KEEP, json_body=body)


async def told(call: Call) -> list[tuple[str, str, str]]:
    """Return kind, author and source of each version, the newest first."""
    query = {"content": "1"}
    found = []
    for version in await versions_of(call):
        asked = query | {"version_id": version["version_id"]}
        model = (await call("GET", "/api/bookstore/versions/a.ipynb", query=asked)).json
        source = model["content"]["cells"][0]["source"]
        found.append((version["kind"], version["author"], source))
    return found


async def test_what_is_typed_beside_a_program_is_a_version_and_the_file_stays(
    call: Call, root: Path
) -> None:
    """The newest version is what the file holds, by whoever wrote that."""
    me = server_username()
    await save(call, "1")
    await save(call, "by the program", headers=AGENT)
    before = (root / "a.ipynb").read_bytes()
    answer = await keep(call, notebook(code("typed", "a")), label="Not saved")
    assert answer.status == 200, answer.text
    assert (answer.json["version"]["label"], answer.json["version"]["author"]) == ("Not saved", me)
    assert (root / "a.ipynb").read_bytes() == before
    assert await told(call) == [
        ("save", f"{me}/x", "by the program"),
        ("kept", me, "typed"),
        ("save", f"{me}/x", "by the program"),
        ("save", me, "1"),
    ]
    body = {"actor": f"{me}/x"}
    await call("POST", "/api/bookstore/undo/a.ipynb", json_body=body)
    assert (await told(call))[0] == ("restore", me, "typed")


async def test_what_was_written_past_the_server_is_a_version_as_well(
    call: Call, root: Path
) -> None:
    await save(call, "1")
    (root / "a.ipynb").write_bytes(on_disk(notebook(code("written", "a"))))
    await keep(call, notebook(code("typed", "a")))
    kinds = [(kind, source) for kind, _, source in await told(call)]
    assert kinds == [
        ("outside", "written"),
        ("kept", "typed"),
        ("outside", "written"),
        ("save", "1"),
    ]


async def test_what_is_in_a_version_is_kept_once(call: Call) -> None:
    await save(call, "1")
    await save(call, "2")
    first = (await keep(call, notebook(code("typed", "a")))).json["version"]
    assert len(await told(call)) == 4
    again = (await keep(call, notebook(code("typed", "a")))).json["version"]
    assert again["save_id"] == first["save_id"]
    saved = (await keep(call, notebook(code("1", "a")), label="x")).json["version"]
    assert (saved["kind"], saved["label"]) == ("save", "x")
    assert len(await told(call)) == 4


async def test_it_is_kept_while_the_store_is_away(
    call: Call, store: MemoryStore, bookstore: Bookstore
) -> None:
    await save(call, "1")
    assert await bookstore.uploader.drain(deadline_s=60) == 0
    store.fail_with(StoreUnavailable("nothing answers"))
    answer = await keep(call, notebook(code("typed", "a")), label="Not saved")
    assert answer.status == 200, answer.text
    store.recover()
    assert ("kept", server_username(), "typed") in await told(call)


async def test_what_is_kept_stays_no_longer_than_an_autosave(call: Call) -> None:
    """So does what the file holds, which is a version once more that nobody asked for."""
    await save(call, "1")
    assert (await call("POST", "/api/contents/a.ipynb/checkpoints")).status == 201
    await keep(call, notebook(code("typed", "a")))
    assert [kind for kind, _, _ in await told(call)] == ["save", "kept", "manual"]
    asked_for = {version["kind"] for version in (await versions_of(call))[:-1]}
    assert asked_for.isdisjoint(KINDS_THAT_STAY)


async def test_what_is_too_large_is_not_kept(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    await save(call, "1")
    monkeypatch.setattr(keeping, "MAX_BODY_BYTES", 2000)
    answer = await keep(call, notebook(code("typed" * 1000, "a")))
    assert answer.is_error(413, "too_large")
    assert "content" in answer.json["message"]
    assert len(await told(call)) == 1


@pytest.mark.parametrize(
    ("problem", "status", "reason"),
    [
        (OutboxFull("No room."), 507, "outbox_full"),
        (OutboxUnavailable("The disk fails."), 503, "outbox_unavailable"),
    ],
)
async def test_what_cannot_be_recorded_at_once_is_not_said_to_be_kept(
    call: Call,
    bookstore: Bookstore,
    monkeypatch: pytest.MonkeyPatch,
    problem: OutboxError,
    status: int,
    reason: str,
) -> None:
    """It is in no file, and memory is no place for it: the editor has it, and asks again."""
    await save(call, "1")

    async def fails(saves: Any) -> Any:
        raise problem

    with monkeypatch.context() as patch:
        patch.setattr(bookstore.outbox, "add", fails)
        answer = await keep(call, notebook(code("typed", "a")))
        assert answer.is_error(status, reason), answer.text
    assert (await keep(call, notebook(code("typed", "a")))).status == 200
    assert [source for _, _, source in await told(call)][:2] == ["1", "typed"]


async def test_while_saves_are_held_nothing_is_said_to_be_kept(
    call: Call, bookstore: Bookstore, monkeypatch: pytest.MonkeyPatch
) -> None:
    await save(call, "1")

    async def fails(saves: Any) -> Any:
        raise OutboxFull("No room.")

    monkeypatch.setattr(bookstore.outbox, "add", fails)
    await save(call, "2")
    held = bookstore.recorder.held
    answer = await keep(call, notebook(code("typed", "a")))
    assert answer.is_error(503, "outbox_unavailable")
    assert bookstore.recorder.held == held


@pytest.mark.parametrize(
    ("content", "status", "reason"),
    [
        ({}, 422, "invalid_notebook"),
        (None, 422, "invalid_notebook"),
        ("text", 422, "invalid_notebook"),
        ({"nbformat": 9}, 422, "invalid_notebook"),
        ({"cells": []}, 422, "invalid_notebook"),
    ],
)
async def test_what_is_no_notebook_is_not_kept(
    call: Call, content: Any, status: int, reason: str
) -> None:
    await save(call, "1")
    assert (await keep(call, content)).is_error(status, reason)
    assert len(await told(call)) == 1


async def test_of_a_file_that_is_not_there_nothing_is_kept(call: Call) -> None:
    assert (await keep(call, notebook(code("typed", "a")))).is_error(404, "not_found")
    body = {"path": "a.txt", "content": notebook(code("typed", "a"))}
    answer = await call("POST", KEEP, json_body=body)
    assert answer.is_error(415, "not_a_notebook")
