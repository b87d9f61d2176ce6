"""Results of runs are versions: they are shown, compared, named, restored and published as such."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from http_helpers import Call, put, versions_of
from notebooks import notebook
from papermill_kit import written

from bookstore.actions.executing import Results
from bookstore.store.memory import MemoryStore
from bookstore.wiring import Bookstore

RUNS = "/api/bookstore/runs"
PLACE = "bookstore://runs/a.ipynb"


def source_of(content: Any) -> str:
    """The source of the one cell of a notebook."""
    return str(content["cells"][0]["source"])


async def made(bookstore: Bookstore, executed: str, source: str, second: int) -> None:
    """A run of the version that *executed* means, whose result has the cell *source*."""
    results, started = Results(bookstore, author="ada"), f"2026-11-28T10:00:0{second}+00:00"
    await results.read(executed)
    for ended in (None, started, started):
        await results.write(
            PLACE, written(source, input_path=executed, started=started, ended=ended)
        )


async def three_runs(call: Call, save: Any, bookstore: Bookstore) -> list[dict[str, Any]]:
    """Two runs of the second version of ``a.ipynb`` and one of the first, newest first."""
    await save("a.ipynb", "1")
    await save("a.ipynb", "2")
    second, first = await versions_of(call)
    for number, version in enumerate((first, second, second), start=1):
        await made(bookstore, version["address"], f"result {number}", number)
    runs: list[dict[str, Any]] = (await call("GET", RUNS, query={"of": "a.ipynb"})).json["runs"]
    return runs


def addressed(run: dict[str, Any], name: str) -> dict[str, str]:
    return {name: run["version"]["version_id"], f"{name.removesuffix('_id')}_path": PLACE}


async def test_the_runs_of_a_version_are_told(call: Call, save: Any, bookstore: Bookstore) -> None:
    listed = await three_runs(call, save, bookstore)
    for version, expected in zip(await versions_of(call), (listed[:2], listed[2:]), strict=True):
        query = {"of": "a.ipynb", "version_id": version["version_id"], "limit": "1"}
        found: list[dict[str, Any]] = []
        while True:
            page = (await call("GET", RUNS, query=query)).json
            found += page["runs"]
            if not page["next"]:
                break
            query["before"] = page["next"]
        assert [run["run_id"] for run in found] == [run["run_id"] for run in expected]
    none = {"of": "a.ipynb", "version_id": "none"}
    assert (await call("GET", RUNS, query=none)).is_error(404, "version_not_found")


async def test_a_result_is_compared_with_its_input_and_with_another_run(
    call: Call, save: Any, bookstore: Bookstore
) -> None:
    listed = await three_runs(call, save, bookstore)
    query = {"base": listed[0]["executed"].partition("=")[2], **addressed(listed[0], "remote")}
    told = (await call("GET", "/api/bookstore/diff/a.ipynb", query=query)).json
    assert source_of(told["base"]) == "2"
    assert told["remote_version"]["run"]["run_id"] == listed[0]["run_id"]
    query |= addressed(listed[1], "base")
    told = (await call("GET", "/api/bookstore/diff/a.ipynb", query=query)).json
    assert source_of(told["base"]) == "result 2"
    assert told["summary"]["cells_changed"] == 1
    assert {told[side]["path"] for side in ("base_version", "remote_version")} == {PLACE}


async def test_a_result_is_shown_named_and_restored(
    call: Call, save: Any, bookstore: Bookstore
) -> None:
    listed = await three_runs(call, save, bookstore)
    route, where = "/api/bookstore/versions/a.ipynb", addressed(listed[1], "version_id")
    shown = (await call("GET", route, query={**where, "content": "1"})).json
    assert (source_of(shown["content"]), shown["path"]) == ("result 2", "a.ipynb")
    named = await call("PATCH", route, json_body={**where, "label": "the good one"})
    assert named.json["version"]["label"] == "the good one"
    again = (await call("GET", RUNS, query={"of": "a.ipynb"})).json["runs"]
    assert [run["version"]["label"] for run in again] == ["", "the good one", ""]
    for target in ("copy.ipynb", ""):
        body = {**where, "target_path": target}
        assert (await call("POST", "/api/bookstore/restore/a.ipynb", json_body=body)).status == 200
        content = (await call("GET", f"/api/contents/{target or 'a.ipynb'}")).json["content"]
        assert source_of(content) == "result 2"
    assert (await versions_of(call))[0]["kind"] == "restore"


async def test_a_result_is_published(
    call: Call, save: Any, bookstore: Bookstore, store: MemoryStore
) -> None:
    listed = await three_runs(call, save, bookstore)
    body = {"type": "notebook", "address": listed[2]["version"]["address"]}
    answer = await call("PUT", "/api/bookstore/published/reports/a.ipynb", json_body=body)
    assert answer.status == 200, answer.text
    stored = await store.get("published/reports/a.ipynb")
    assert source_of(json.loads(stored.body)) == "result 1"
    version_id = quote(listed[2]["version"]["version_id"])
    assert (stored.version.metadata or {})["source"] == f"runs/a.ipynb?versionId={version_id}"


async def test_what_is_not_ones_own_is_not_named_by_its_key(
    call: Call, save: Any, bookstore: Bookstore, store: MemoryStore
) -> None:
    await three_runs(call, save, bookstore)
    version_id = await put(store, "elsewhere/a.ipynb", notebook("1"))
    body = {"version_id": version_id, "label": "mine"}
    for path, status in (
        ("bookstore:///elsewhere/a.ipynb", 403),
        ("bookstore:///runs/.bookstore/running/x.json", 404),
        ("bookstore://runs/a.ipynb?version=x", 400),
        ("bookstore://", 400),
    ):
        body["version_path"] = path
        answer = await call("PATCH", "/api/bookstore/versions/a.ipynb", json_body=body)
        assert answer.status == status, answer.text
