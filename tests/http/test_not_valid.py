"""Versions that are not valid, or of older formats: trust, comparison, mending."""

from __future__ import annotations

import json

from http_helpers import Call, put, risky_notebook
from jupyter_server.serverapp import ServerApp
from notebooks import notebook

from bookstore.store.memory import MemoryStore


async def test_a_version_that_is_not_valid_stays_trusted_where_the_user_trusted_it(
    call: Call, server: ServerApp
) -> None:
    """Restored over something else, and as a copy; somebody else's does not become trusted."""
    for trusted in (True, False):
        path = f"{trusted}.ipynb".lower()
        content = risky_notebook(trusted=trusted)
        content["metadata"]["title"] = path  # a signature is of the content
        content["cells"][0]["execution_count"] = "*"
        model = {"type": "notebook", "content": content}
        await call("PUT", f"/api/contents/{path}", json_body=model)
        [version] = (await call("GET", f"/api/bookstore/versions/{path}")).json["versions"]
        asked = {"version_id": version["version_id"]}
        for more in ({}, {"target_path": f"copy-{path}"}):
            restored = await call(
                "POST", f"/api/bookstore/restore/{path}", json_body={**asked, **more}
            )
            assert "execution_count" in restored.json["message"]
            opened = await server.contents_manager.get(restored.json["path"])
            assert opened["content"]["cells"][0]["metadata"]["trusted"] is trusted


async def test_versions_of_format_3_are_compared_without_ids_made_for_it(
    call: Call, store: MemoryStore
) -> None:
    def older(*sources: str) -> bytes:
        cells = [
            {"cell_type": "code", "input": source, "language": "python", "outputs": []}
            for source in sources
        ]
        sheets = [{"cells": cells}]
        whole = {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}, "worksheets": sheets}
        return json.dumps(whole).encode()

    base = await put(store, "workspace/a.ipynb", older("1", "2"))
    remote = await put(store, "workspace/a.ipynb", older("1", "2", "3"))
    compared = await call(
        "GET", "/api/bookstore/diff/a.ipynb", query={"base": base, "remote": remote}
    )
    assert compared.json["summary"] == {
        "cells_added": 1,
        "cells_removed": 0,
        "cells_changed": 0,
        "outputs_changed": 0,
        "metadata_changed": 0,
    }


async def test_an_editor_gets_no_mended_version(call: Call, store: MemoryStore) -> None:
    version_id = await put(store, "workspace/a.ipynb", notebook("1"))
    body = {"version_id": version_id, "in_editor": True, "mend": True}
    assert (await call("POST", "/api/bookstore/restore/a.ipynb", json_body=body)).is_error(
        400, "bad_request"
    )
