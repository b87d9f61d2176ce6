"""What papermill writes again and again becomes one version."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest
from notebooks import code, notebook
from papermill_kit import ENDED, of_failure, of_success, written

from bookstore.actions import executing
from bookstore.actions.executing import Results
from bookstore.actions.runs import runs
from bookstore.errors import (
    BadRequest,
    BookstoreError,
    Forbidden,
    InvalidNotebook,
    StoreUnavailable,
)
from bookstore.records import Provenance
from bookstore.scheduling import keeper, settling
from bookstore.store.memory import MemoryStore
from bookstore.wiring import Bookstore

pytestmark = pytest.mark.asyncio
RESULT = "bookstore://runs/a.ipynb"


@pytest.fixture
def results(bookstore: Bookstore) -> Results:
    return Results(bookstore, author="ada")


async def save(bookstore: Bookstore, *sources: str) -> list[str]:
    """Make versions of a.ipynb; return their IDs."""
    made = []
    for source in sources:
        body = json.dumps(notebook(source)).encode()
        provenance = Provenance.of(body, author="ada", kind="save")
        key = bookstore.workspace.key("a.ipynb")
        version = await bookstore.store.put(
            key, body, metadata=provenance.to_metadata(), content_type=""
        )
        made.append(version.version_id)
    return made


async def told(bookstore: Bookstore, place: str = "a.ipynb") -> list[dict[str, Any]]:
    return (await runs(bookstore, place, limit=50)).runs


async def keys(bookstore: Bookstore) -> list[str]:
    return [version.key async for version in bookstore.store.list("runs/")]


async def test_a_run_makes_one_version_that_says_what_was_executed(
    bookstore: Bookstore, results: Results
) -> None:
    first, _ = await save(bookstore, "1", "2")
    asked = f"bookstore://a.ipynb?version={first}"
    assert json.loads(await results.read(asked))["cells"][0]["source"] == "1"
    for body in of_success():
        await results.write(RESULT, body.replace(b"bookstore://a.ipynb", asked.encode()))
    [run] = await told(bookstore)
    assert run["status"] == "succeeded"
    assert run["executed"] == asked
    assert run["result"] == RESULT
    assert run["version"]["kind"] == "run"
    assert run["version"]["source"] == f"a.ipynb @ {first}"
    assert run["version"]["author"] == "ada"
    assert await keys(bookstore) == ["runs/a.ipynb"]
    page = await bookstore.history.page("runs/a.ipynb")
    assert len(page.entries) == 1


async def test_the_newest_version_is_pinned_when_the_run_begins(
    bookstore: Bookstore, results: Results
) -> None:
    _, second = await save(bookstore, "1", "2")
    await results.read("bookstore://a.ipynb")
    await save(bookstore, "3")
    for body in of_success():
        await results.write(RESULT, body)
    [run] = await told(bookstore)
    assert run["executed"] == f"bookstore://a.ipynb?version={second}"


async def test_a_run_that_goes_on_is_told_of(bookstore: Bookstore, results: Results) -> None:
    bodies = of_success()
    await results.write(RESULT, next(bodies))
    for place in ("a.ipynb", RESULT, ""):
        [run] = await told(bookstore, place)
        assert (run["status"], run["ended_at"], run["version"]) == ("running", None, None)
        assert run["result"] == RESULT
    assert await told(bookstore, "b.ipynb") == []


async def test_a_run_whose_cell_fails_says_which_and_how(
    bookstore: Bookstore, results: Results
) -> None:
    for body in of_failure():
        await results.write(RESULT, body)
    [run] = await told(bookstore)
    assert run["status"] == "failed"
    assert run["error"].startswith("Cell 2: ValueError")
    assert run["version"]["run"]["error"] == run["error"]


async def test_one_write_at_the_end_is_a_run_as_well(
    bookstore: Bookstore, results: Results
) -> None:
    """As with papermill's ``--no-request-save-on-cell-execute``."""
    *_, last = of_success()
    await results.write(RESULT, last)
    [run] = await told(bookstore)
    assert run["status"] == "succeeded"


async def test_what_is_only_prepared_says_so(bookstore: Bookstore, results: Results) -> None:
    await results.write(RESULT, written(started=None))
    [run] = await told(bookstore)
    assert run["status"] == "prepared"


async def test_a_run_whose_last_write_never_comes_was_interrupted(
    bookstore: Bookstore, results: Results, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(executing, "LAST_WRITE_S", 0.0)
    *bodies, _ = of_success()
    for body in bodies:
        await results.write(RESULT, body)
    while await keys(bookstore) != ["runs/a.ipynb"]:
        await asyncio.sleep(0)
    [run] = await told(bookstore)
    assert run["status"] == "interrupted"


@pytest.mark.parametrize(
    ("raised", "error"),
    [
        (RuntimeError("Kernel died"), "Cell 2: RuntimeError: Kernel died"),
        (
            TimeoutError("A cell timed out.\nHere it is:\n---"),
            "Cell 2: TimeoutError: A cell timed out.",
        ),
        (KeyboardInterrupt(), "Cell 2: KeyboardInterrupt"),
    ],
)
async def test_what_ends_a_run_is_told_at_once_and_where(
    bookstore: Bookstore, results: Results, raised: BaseException, error: str
) -> None:
    cells = code("0"), code("1"), code("2")
    await results.write(RESULT, written(*cells))
    await results.write(RESULT, written(*cells, begun=2, ended=ENDED), raised=raised)
    assert await keys(bookstore) == ["runs/a.ipynb"]
    [run] = await told(bookstore)
    assert (run["status"], run["error"]) == ("interrupted", error)


async def test_what_was_raised_before_a_run_does_not_end_it(
    bookstore: Bookstore, results: Results
) -> None:
    """papermill was called in an ``except`` clause."""
    before = ValueError("the first try failed")
    for body in of_success():
        await results.write(RESULT, body, raised=before)
    [run] = await told(bookstore)
    assert (run["status"], run["error"]) == ("succeeded", "")


async def test_each_thread_executes_what_it_read_itself(
    bookstore: Bookstore, results: Results
) -> None:
    made = []
    for thread in (1, 2):
        made += await save(bookstore, str(thread))
        await results.read("bookstore://a.ipynb", thread=thread)
    for thread in (1, 2):
        for body in of_success(started=f"2026-11-28T10:00:0{thread}+00:00"):
            await results.write(f"bookstore://runs/{thread}.ipynb", body, thread=thread)
    executed = [run["executed"].partition("?version=")[2] for run in await told(bookstore, "")]
    assert executed == made


async def test_what_is_prepared_twice_is_two_runs(bookstore: Bookstore, results: Results) -> None:
    """Although their bytes are the same."""
    for _ in range(2):
        await results.write(RESULT, written(started=None))
    assert len(await told(bookstore)) == 2


async def test_where_no_results_are_kept_there_are_no_runs(bookstore: Bookstore) -> None:
    await save(bookstore, "1")
    bookstore.settings.runs_prefix = ""
    for place in ("", "a.ipynb", "bookstore://a.ipynb"):
        assert await told(bookstore, place) == []


@pytest.mark.parametrize("before", ["zzz", "\0", "runs/\0", "runs/.bookstore/running/x.json"])
async def test_a_page_is_asked_for_by_what_the_one_before_answered(
    bookstore: Bookstore, before: str
) -> None:
    with pytest.raises(BadRequest, match="before"):
        await runs(bookstore, "", limit=5, before=before)


async def test_the_last_runs_of_many_notebooks_come_page_by_page(
    bookstore: Bookstore, results: Results
) -> None:
    for name in "abc":
        *_, last = of_success()
        await results.write(f"bookstore://runs/{name}.ipynb", last)
    first = await runs(bookstore, "", limit=2)
    rest = await runs(bookstore, "", limit=2, before=first.next)
    assert [len(first.runs), len(rest.runs), rest.next] == [2, 1, ""]


async def test_runs_at_the_same_time_have_a_version_each(
    bookstore: Bookstore, results: Results
) -> None:
    many = [of_success(str(number), f"2026-11-28T10:00:0{number}+00:00") for number in range(8)]
    for bodies in zip(*many, strict=True):
        for body in bodies:
            await results.write(RESULT, body)
    entries = (await bookstore.history.page("runs/a.ipynb")).entries
    assert len(entries) == 8
    assert len({run["run_id"] for run in await told(bookstore)}) == 8
    assert await keys(bookstore) == ["runs/a.ipynb"]


async def test_while_the_store_is_away_a_result_waits_in_the_outbox(
    bookstore: Bookstore,
    results: Results,
    store: MemoryStore,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bookstore.settings.drain_deadline_s = 0.0
    first, *rest = of_success()
    await results.write(RESULT, first)
    store.fail_with(StoreUnavailable("nothing answers"))
    for body in rest:
        await results.write(RESULT, body)
    assert [entry.key for entry in await bookstore.outbox.entries()] == ["runs/a.ipynb"]
    store.recover()
    await bookstore.uploader.drain(deadline_s=30)
    [run] = await told(bookstore)
    assert run["status"] == "succeeded"
    monkeypatch.setattr(settling, "SILENCE", timedelta(0))
    assert len(await told(bookstore)) == 1
    assert await keys(bookstore) == ["runs/a.ipynb"]


async def test_a_run_does_not_wait_for_a_store_that_is_silent(
    bookstore: Bookstore,
    results: Results,
    store: MemoryStore,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whether it is so from the beginning or from somewhere in the middle."""
    monkeypatch.setattr(keeper, "PATIENCE_S", 0.01)
    monkeypatch.setattr(keeper, "PROGRESS_S", 0.0)
    bookstore.settings.drain_deadline_s = 0.0
    first, *rest = of_success()
    await results.write(RESULT, first)
    store.hang()
    for body in (*rest, *of_success(started=ENDED)):
        await results.write(RESULT, body)
    assert len(await bookstore.outbox.entries()) == 2
    store.recover()
    await bookstore.uploader.drain(deadline_s=30)
    monkeypatch.setattr(settling, "SILENCE", timedelta(0))
    assert [run["status"] for run in await told(bookstore)] == ["succeeded", "succeeded"]
    assert await keys(bookstore) == ["runs/a.ipynb"]


@pytest.mark.parametrize(
    ("place", "key"),
    [
        ("bookstore://runs/x/y.ipynb", "runs/x/y.ipynb"),
        ("bookstore://reports/y.ipynb", "workspace/reports/y.ipynb"),
        ("bookstore:///published/y.ipynb", "published/y.ipynb"),
        ("bookstore:///workspace/runs/y.ipynb", "workspace/runs/y.ipynb"),
    ],
)
async def test_a_result_goes_where_it_is_wanted(
    bookstore: Bookstore, results: Results, place: str, key: str
) -> None:
    for body in of_success():
        await results.write(place, body)
    entry = (await bookstore.history.page(key)).entries[0]
    assert entry.kind == "run"


@pytest.mark.parametrize(
    ("place", "error"),
    [
        ("bookstore://runs/a.ipynb?version=x", BadRequest),
        ("bookstore://runs/a.txt", BadRequest),
        ("bookstore://", BadRequest),
        ("bookstore:///elsewhere/a.ipynb", Forbidden),
        ("bookstore:///workspace/.bookstore/labels/a.ipynb", BookstoreError),
        ("bookstore://.bookstore/a.ipynb", BookstoreError),
        ("bookstore://runs/../../a.ipynb", BadRequest),
    ],
)
async def test_a_place_where_no_result_may_be_is_refused_before_anything_is_written(
    bookstore: Bookstore, results: Results, place: str, error: type[BookstoreError]
) -> None:
    with pytest.raises(error):
        await results.write(place, next(of_success()))
    assert [version async for version in bookstore.store.list("")] == []


@pytest.mark.parametrize("body", [b"", b"[]", b'{"cells": []}', b'{"metadata": {}}', b"\xff"])
async def test_what_is_no_notebook_is_refused(results: Results, body: bytes) -> None:
    with pytest.raises(InvalidNotebook):
        await results.write(RESULT, body)


async def test_a_folder_lists_the_addresses_of_its_notebooks(
    bookstore: Bookstore, results: Results
) -> None:
    for name in ("a b.ipynb", "c.ipynb", "deep/d.ipynb"):
        *_, last = of_success()
        await results.write(f"bookstore://runs/x/{name}", last)
    assert await results.list("bookstore://runs/x/") == [
        "bookstore://runs/x/a%20b.ipynb",
        "bookstore://runs/x/c.ipynb",
    ]


async def test_what_papermill_wrote_after_the_end_belongs_to_the_next_run(
    bookstore: Bookstore, results: Results
) -> None:
    for body in (*of_success(), *of_success("2", ENDED)):
        await results.write(RESULT, body)
    assert len(await told(bookstore)) == 2
