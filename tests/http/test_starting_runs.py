"""``POST`` and ``DELETE /api/bookstore/runs``: runs that the server starts, with their limits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from http_helpers import Answer, Call
from notebooks import KERNEL, code, notebook
from processes import PATIENCE_S

from bookstore.wiring import Bookstore

RUNS = "/api/bookstore/runs"


@pytest.fixture
def memory_stores() -> None:
    """Another process does the run, so the store is one that it has, too: the embedded one."""


async def saved(call: Call, path: str, *cells: Any, kernel: str = "python3") -> None:
    content = notebook(*cells)
    content["metadata"]["kernelspec"] = {**KERNEL, "name": kernel} if kernel else {}
    body = {"type": "notebook", "content": content}
    assert (await call("PUT", f"/api/contents/{path}", json_body=body)).status == 201


async def started(call: Call, address: str, **asked: Any) -> dict[str, Any]:
    answer = await call("POST", RUNS, json_body={"address": address, **asked})
    assert answer.status == 202, answer.text
    run: dict[str, Any] = answer.json["run"]
    return run


async def looked_at(call: Call, run: dict[str, Any]) -> dict[str, Any]:
    answer = await call("GET", f"{RUNS}/{run['run_id']}")
    assert answer.status == 200, answer.text
    now: dict[str, Any] = answer.json["run"]
    return now


async def ended(
    call: Call,
    run: dict[str, Any],
    has: Callable[[dict[str, Any]], Any] = lambda run: run["ended_at"],
) -> dict[str, Any]:
    async def until() -> dict[str, Any]:
        while not has(now := await looked_at(call, run)):
            await asyncio.sleep(0.1)
        return now

    return await asyncio.wait_for(until(), PATIENCE_S)


async def printed(call: Call, run: dict[str, Any]) -> str:
    query = {"address": run["version"]["address"], "content": "1"}
    return str((await call("GET", "/api/bookstore/resolve", query=query)).json["content"])


async def test_a_run_is_started_and_its_result_is_a_version(
    call: Call, bookstore: Bookstore
) -> None:
    """By the version that the address means then, in the folder of the notebook."""
    source = "import os\nprint('on', day, limits, os.path.basename(os.getcwd()))"
    assert (await call("PUT", "/api/contents/reports", json_body={"type": "directory"})).status
    await saved(call, "reports/daily.ipynb", code(source))
    await bookstore.uploader.drain(deadline_s=PATIENCE_S)
    parameters = {"day": "Monday", "limits": {"low": [1, None]}}
    run = await started(call, "bookstore://reports/daily.ipynb", parameters=parameters)
    assert (run["status"], run["ended_at"], run["version"]) == ("running", None, None)
    assert run["executed"].startswith("bookstore://reports/daily.ipynb?version=")
    assert run["result"] == "bookstore://runs/reports/daily.ipynb"
    listed = (await call("GET", RUNS, query={"of": "reports/daily.ipynb"})).json["runs"]
    assert [each["run_id"] for each in listed] == [run["run_id"]]
    made = await ended(call, run)
    assert (made["status"], made["error"], made["run_id"]) == ("succeeded", "", run["run_id"])
    assert made["executed"] == run["executed"]
    assert "on Monday {'low': [1, None]} reports" in await printed(call, made)


@pytest.mark.slow
async def test_a_run_is_cancelled_and_what_it_made_is_kept(call: Call, root: Path) -> None:
    second = "import time\nopen('second', 'w').close()\ntime.sleep(600)"
    await saved(call, "long.ipynb", code("print('one', 'done')"), code(second))
    run = await started(call, "long.ipynb")
    await ended(call, run, lambda run: run["ended_at"] or (root / "second").exists())
    answer = await call("DELETE", f"{RUNS}/{run['run_id']}")
    assert (answer.status, answer.json["run"]["run_id"]) == (202, run["run_id"])
    made = await ended(call, run)
    assert made["status"] == "interrupted"
    assert made["error"].startswith("Cancelled by ")
    assert "one done" in await printed(call, made)
    again = await call("DELETE", f"{RUNS}/{run['run_id']}")
    assert again.is_error(404, "not_found")


@pytest.mark.slow
async def test_a_run_that_takes_too_long_is_stopped(call: Call) -> None:
    await saved(call, "long.ipynb", code("import time\ntime.sleep(600)"))
    made = await ended(call, await started(call, "long.ipynb", timeout_s=1))
    assert (made["status"], made["error"]) == ("interrupted", "It took more than 1 second.")
    assert (await call("GET", RUNS, query={"of": "long.ipynb"})).json["runs"] == [made]


@pytest.mark.slow
@pytest.mark.parametrize("bookstore_config", [{"run_max_bytes": 10_000}])
async def test_a_run_whose_result_is_too_large_ends_with_what_it_had_before(call: Call) -> None:
    await saved(call, "a.ipynb", code("print('little')"), code("print('much' * 10_000)"))
    made = await ended(call, await started(call, "a.ipynb"))
    assert made["status"] == "interrupted"
    assert made["error"] == "The result is larger than 10.0 KB."
    assert "little" in await printed(call, made)


@pytest.mark.slow
@pytest.mark.parametrize("bookstore_config", [{"runs_at_once": 1}])
async def test_no_more_runs_go_on_than_are_allowed(call: Call) -> None:
    await saved(call, "a.ipynb", code("import os\nos.kill(os.getppid(), 9)"))
    run = await started(call, "a.ipynb")
    refused = await call("POST", RUNS, json_body={"address": "a.ipynb"})
    assert refused.is_error(429, "too_many_runs")
    made = await ended(call, run)
    assert made["status"] == "died", "its process was killed"
    assert (await call("GET", RUNS, query={"of": "a.ipynb"})).json["runs"] == [made]


@pytest.mark.parametrize("bookstore_config", [{"runs_at_once": 0}, {"runs_prefix": ""}])
async def test_starting_runs_can_be_switched_off(call: Call) -> None:
    await saved(call, "a.ipynb", code("1"))
    refused = await call("POST", RUNS, json_body={"address": "a.ipynb"})
    assert refused.is_error(403, "forbidden")
    assert "BookstoreSettings.runs_" in refused.json["hint"]


@pytest.mark.parametrize(
    ("asked", "status", "says"),
    [
        ({}, 400, "path"),
        ({"address": "bookstore://"}, 400, "names no notebook"),
        ({"address": "none.ipynb"}, 404, "There is no version"),
        ({"address": "a.ipynb", "kernel": "none"}, 400, "There is no kernel 'none' here"),
        ({"address": "b.ipynb"}, 400, "names no kernel"),
        ({"address": "a.ipynb", "parameters": {"api_token": 1}}, 400, "like a secret"),
        ({"address": "a.ipynb", "parameters": {"a": [{"password": 1}]}}, 400, "like a secret"),
        ({"address": "a.ipynb", "parameters": {"a = 1; b": 1}}, 400, "the name of a variable"),
        ({"address": "a.ipynb", "parameters": [1]}, 400, "parameters must be"),
        ({"address": "a.ipynb", "timeout_s": -1}, 400, "timeout_s must be"),
        ({"address": "a.ipynb", "timeout_s": True}, 400, "timeout_s must be"),
        ({"address": "a.ipynb", "result": "bookstore:///elsewhere/a.ipynb"}, 403, "No result"),
    ],
)
async def test_what_cannot_run_is_refused_before_anything_starts(
    call: Call, asked: dict[str, Any], status: int, says: str
) -> None:
    await saved(call, "a.ipynb", code("1"))
    await saved(call, "b.ipynb", code("1"), kernel="")
    answer = await call("POST", RUNS, json_body=asked)
    assert answer.status == status, answer.text
    assert says in answer.json["message"]
    assert (await call("GET", RUNS)).json["runs"] == []


async def test_a_run_that_is_not_there_is_told_so(call: Call) -> None:
    for verb in ("GET", "DELETE"):
        answer: Answer = await call(verb, f"{RUNS}/none")
        assert answer.is_error(404, "not_found")
        assert answer.json["hint"]
