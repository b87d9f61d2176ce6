"""Programs that edit for somebody: named in history, and taken back without what people did."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from http_helpers import Call, versions_of
from jupyter_server.serverapp import ServerApp
from notebooks import code, notebook, on_disk

from bookstore.actions import undoing
from bookstore.archive.agents import AGENTS, Agents, agent_name
from bookstore.settings.users import server_username
from bookstore.wiring import Bookstore

AGENT = {"Bookstore-Agent": "claude"}
UNDO = "/api/bookstore/undo/a.ipynb"
CHECKPOINT = "/api/bookstore/checkpoint"


async def save(call: Call, *cells: dict[str, Any], agent: str = "") -> None:
    body = {"type": "notebook", "content": notebook(*cells)}
    headers = {"Bookstore-Agent": agent} if agent else {}
    answer = await call("PUT", "/api/contents/a.ipynb", json_body=body, headers=headers)
    assert answer.status in (200, 201), answer.text


async def sources_now(call: Call) -> list[str]:
    model = (await call("GET", "/api/contents/a.ipynb", query={"content": "1"})).json
    return [cell["source"] for cell in model["content"]["cells"]]


def person() -> str:
    return server_username()


async def test_a_save_by_a_program_names_it_behind_the_user(call: Call) -> None:
    await save(call, code("1", "a"))
    await save(call, code("2", "a"), agent="claude")
    theirs, own = await versions_of(call)
    assert theirs["author"] == f"{person()}/claude"
    assert own["author"] == person()


async def test_versions_by_a_program_are_found_by_its_name(
    call: Call, bookstore: Bookstore
) -> None:
    await save(call, code("1", "a"))
    await save(call, code("2", "a"), agent="claude")
    assert await bookstore.uploader.drain(deadline_s=60) == 0
    query = {"author": f"{person()}/claude", "path": "a.ipynb"}
    answer = (await call("GET", "/api/bookstore/search", query=query)).json
    assert [version["author"] for version in answer["versions"]] == [f"{person()}/claude"]


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("claude", "claude"),
        (" two  words ", "two words"),
        ("../ada", "..ada"),
        ("a, bob", "a bob"),
        ("x\u202ey\n", "xy"),
        ("é" * 99, "é" * 60),
        (" / ,", ""),
    ],
)
def test_a_name_ends_neither_itself_nor_the_users(said: str, name: str) -> None:
    assert agent_name(said) == name


async def test_a_program_is_known_by_its_token_whatever_it_says(
    call: Call, server: ServerApp, jp_auth_header: dict[str, str]
) -> None:
    from hashlib import sha256

    token = jp_auth_header["Authorization"].partition(" ")[2]
    known = Agents(by_token={sha256(token.encode()).hexdigest(): "nightly"})
    server.web_app.settings[AGENTS] = known
    await save(call, code("1", "a"), agent="claude")
    [version] = await versions_of(call)
    assert version["author"] == f"{person()}/nightly"


async def test_what_a_program_did_is_taken_back_and_what_people_did_since_stays(
    call: Call,
) -> None:
    await save(call, code("load()", "a"), code("plot()", "b"))
    await save(call, code("load()\nfast()", "a"), code("plot()", "b"), code("new", "c"), agent="x")
    await save(call, code("load()\nfast()", "a"), code("plot(1)", "b"), code("new", "c"))
    await save(call, code("load()", "a"), code("plot(1)", "b"), code("newer", "d"), agent="x")
    await save(call, code("load()", "a"), code("plot(1)\nsave()", "b"), code("newer", "d"))
    answer = await call("POST", UNDO, json_body={"actor": f"{person()}/x"})
    assert answer.status == 200, answer.text
    assert await sources_now(call) == ["load()", "plot(1)\nsave()"]
    assert answer.json["versions"] == 2
    assert answer.json["kept_cells"] == []
    newest = (await versions_of(call))[0]
    assert (newest["kind"], newest["version_id"]) == (
        "restore",
        answer.json["version"]["version_id"],
    )


async def test_taking_back_can_be_taken_back(call: Call) -> None:
    await save(call, code("1", "a"))
    await save(call, code("2", "a"), agent="x")
    before = (await versions_of(call))[0]
    await call("POST", UNDO, json_body={"actor": f"{person()}/x"})
    assert await sources_now(call) == ["1"]
    body = {"version_id": before["version_id"]}
    await call("POST", "/api/bookstore/restore/a.ipynb", json_body=body)
    assert await sources_now(call) == ["2"]


async def test_a_cell_that_somebody_went_on_with_stays_and_is_told(call: Call) -> None:
    await save(call, code("1", "a"))
    await save(call, code("1", "a"), code("draft", "b"), agent="x")
    await save(call, code("1", "a"), code("draft, corrected", "b"))
    answer = await call("POST", UNDO, json_body={"actor": f"{person()}/x"})
    assert await sources_now(call) == ["1", "draft, corrected"]
    assert answer.json["kept_cells"] == ["b"]
    assert answer.json["version"] is None


async def test_only_what_came_after_a_checkpoint_is_taken_back(call: Call) -> None:
    await save(call, code("1", "a"))
    await save(call, code("first turn", "a"), agent="x")
    body = {"path": "a.ipynb", "label": "second turn"}
    made = (await call("POST", CHECKPOINT, json_body=body, headers=AGENT)).json["version"]
    assert made["label"] == "second turn"
    await save(call, code("second turn", "a"), agent="x")
    asked = {"actor": f"{person()}/x", "since": made["version_id"]}
    await call("POST", UNDO, json_body=asked)
    assert await sources_now(call) == ["first turn"]


async def test_a_checkpoint_makes_a_version_of_what_was_written_past_the_server(
    call: Call, root: Path
) -> None:
    await save(call, code("1", "a"))
    (root / "a.ipynb").write_bytes(on_disk(notebook(code("written", "a"))))
    made = (await call("POST", CHECKPOINT, json_body={"path": "a.ipynb"}, headers=AGENT)).json
    assert (made["version"]["kind"], made["version"]["author"]) == (
        "outside",
        f"{person()}/claude",
    )
    again = (await call("POST", CHECKPOINT, json_body={"path": "a.ipynb"})).json
    assert again["version"]["save_id"] == made["version"]["save_id"]
    assert len(await versions_of(call)) == 2


async def test_what_is_older_than_what_is_looked_at_stays_and_that_is_told(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A long stretch is taken back as far as was looked, not dropped."""
    await save(call, code("1", "a"))
    for number in range(2, 6):
        await save(call, code(str(number), "a"), agent="x")
    monkeypatch.setattr(undoing, "MOST_VERSIONS", 3)
    monkeypatch.setattr(undoing, "_PAGE", 3)
    older = (await versions_of(call))[-1]["version_id"]
    answer = await call("POST", UNDO, json_body={"actor": f"{person()}/x", "since": older})
    assert answer.is_error(404, "not_found")
    assert "newest 3" in answer.json["message"]
    answer = await call("POST", UNDO, json_body={"actor": f"{person()}/x"})
    assert (answer.json["versions"], answer.json["is_complete"]) == (2, False)
    assert await sources_now(call) == ["3"]


async def test_what_was_looked_at_to_the_end_is_complete(call: Call) -> None:
    await save(call, code("1", "a"))
    await save(call, code("2", "a"), agent="x")
    answer = await call("POST", UNDO, json_body={"actor": f"{person()}/x"})
    assert answer.json["is_complete"] is True


async def test_a_deletion_is_a_version_to_go_back_to(call: Call) -> None:
    await save(call, code("1", "a"))
    assert (await call("DELETE", "/api/contents/a.ipynb")).status == 204
    await save(call, code("2", "a"), agent="x")
    await save(call, code("2", "a"), code("mine", "b"))
    [deleted] = [each for each in await versions_of(call) if each["kind"] == "delete"]
    body = {"actor": f"{person()}/x", "since": deleted["version_id"]}
    answer = await call("POST", UNDO, json_body=body)
    assert answer.status == 200, answer.text
    assert await sources_now(call) == ["mine"]


async def test_what_began_after_a_deletion_by_others_did_not_come_of_what_was_deleted(
    call: Call,
) -> None:
    await save(call, code("deleted", "a"))
    assert (await call("DELETE", "/api/contents/a.ipynb")).status == 204
    await save(call, code("2", "b"), agent="x")
    await call("POST", UNDO, json_body={"actor": f"{person()}/x"})
    assert await sources_now(call) == []


async def test_one_stretch_is_in_memory_at_a_time(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What many stretches hold together may be more than there is memory."""
    await save(call, code("0", "a"))
    for number in range(3):
        await save(call, code(str(number), "a"), code("x", "b"), agent="x")
        await save(call, code(str(number), "a"))
    done: list[str] = []
    read, merged = undoing.read, undoing._merged

    async def reading(*asked: Any) -> Any:
        done.append("read")
        return await read(*asked)

    def merging(*asked: Any) -> Any:
        done.append("merge")
        return merged(*asked)

    monkeypatch.setattr(undoing, "read", reading)
    monkeypatch.setattr(undoing, "_merged", merging)
    answer = await call("POST", UNDO, json_body={"actor": f"{person()}/x"})
    assert answer.json["versions"] == 3
    assert done == ["read", "read", "merge"] * 3


async def test_what_nobody_did_is_not_found(call: Call) -> None:
    await save(call, code("1", "a"))
    answer = await call("POST", UNDO, json_body={"actor": "ada/nobody"})
    assert answer.is_error(404, "not_found")
    assert "ada/nobody" in answer.json["message"]
    answer = await call("POST", UNDO, json_body={"actor": person(), "since": "none"})
    assert answer.is_error(404, "not_found")


@pytest.mark.parametrize(
    "body", [{"actor": " "}, {"actor": ", "}, {"actor": 3}, {"actor": "x" * 5000}]
)
async def test_a_wish_for_nobody_is_refused(call: Call, body: dict[str, Any]) -> None:
    await save(call, code("1", "a"))
    assert (await call("POST", UNDO, json_body=body)).is_error(400, "bad_request")


async def test_a_notebook_that_a_program_began_is_empty_without_it(call: Call) -> None:
    await save(call, code("1", "a"), agent="x")
    await save(call, code("1", "a"), code("mine", "b"))
    await call("POST", UNDO, json_body={"actor": f"{person()}/x"})
    assert await sources_now(call) == ["mine"]


async def test_who_names_nobody_takes_back_what_they_did_themselves(call: Call) -> None:
    await save(call, code("1", "a"))
    await save(call, code("2", "a"), agent="claude")
    await call("POST", UNDO, json_body={}, headers=AGENT)
    assert await sources_now(call) == ["1"]


async def test_of_nothing_there_is_no_checkpoint(call: Call) -> None:
    answer = await call("POST", CHECKPOINT, json_body={"path": "missing.ipynb"})
    assert answer.is_error(404, "not_found")


@pytest.mark.parametrize("more", [{}, {"content": notebook(code("typed", "a"))}])
@pytest.mark.parametrize("bookstore_config", [{"archive_globs": ["work/*.ipynb"]}])
async def test_of_a_file_that_is_not_archived_there_is_no_checkpoint(
    call: Call, root: Path, more: dict[str, Any]
) -> None:
    """Such as one that holds a password: nothing of it comes into the store."""
    (root / "a.ipynb").write_bytes(on_disk(notebook(code("1", "a"))))
    answer = await call("POST", CHECKPOINT, json_body={"path": "a.ipynb", **more})
    assert answer.is_error(409, "conflict")
    assert await versions_of(call) == []


async def test_of_a_file_that_is_no_notebook_there_is_no_checkpoint(call: Call, root: Path) -> None:
    (root / "credentials.txt").write_text("secret")
    answer = await call("POST", CHECKPOINT, json_body={"path": "credentials.txt"})
    assert answer.is_error(409, "conflict")
