"""The past of cells over HTTP and from the shell's client."""

from __future__ import annotations

from typing import Any

import pytest
from http_helpers import Call
from notebooks import code, notebook

CELLS = "/api/bookstore/cells/a.ipynb"


async def save(call: Call, *cells: dict[str, Any]) -> None:
    body = {"type": "notebook", "content": notebook(*cells)}
    answer = await call("PUT", "/api/contents/a.ipynb", json_body=body)
    assert answer.status in (200, 201)


async def save_three(call: Call) -> None:
    """Three versions: one cell stays, one is edited."""
    await save(call, code("x = 1", "one"), code("y = 1", "two"))
    await save(call, code("x = 1", "one"), code("y = 2", "two"))
    await save(call, code("x = 1", "one"), code("y = 3", "two"))


async def test_each_cell_is_told_with_its_version(call: Call) -> None:
    await save_three(call)
    answer = (await call("GET", CELLS)).json
    newest, _, oldest = (await call("GET", "/api/bookstore/versions/a.ipynb")).json["versions"]
    told = [(cell["source"], cell["version"]["version_id"]) for cell in answer["cells"]]
    assert told == [("x = 1", oldest["version_id"]), ("y = 3", newest["version_id"])]


async def test_one_cell_is_told_with_its_changes(call: Call) -> None:
    await save_three(call)
    answer = (await call("GET", CELLS, query={"cell": "two"})).json
    told = [(change["what"], change["source"]) for change in answer["changes"]]
    assert told == [("source", "y = 3"), ("source", "y = 2"), ("added", "y = 1")]
    assert answer["is_whole"] is True


@pytest.mark.parametrize(("cell", "status"), [("none", 404), ("", 400), ("x" * 201, 400)])
async def test_a_cell_that_cannot_be_meant_is_refused(call: Call, cell: str, status: int) -> None:
    await save_three(call)
    answer = await call("GET", CELLS, query={"cell": cell})
    assert answer.status == status
    assert "cell" in answer.json["message"]


async def test_a_notebook_without_versions_has_no_cells(call: Call) -> None:
    assert (await call("GET", CELLS)).status == 404
