"""nbdime's checkpoint diff shows what changed since the newest manual save."""

from __future__ import annotations

import json
from typing import Any

import pytest
from editor import Editor
from jupyter_server.serverapp import ServerApp
from traitlets.config import Config


@pytest.fixture
def jp_server_config(memory_stores: None) -> Config:
    return Config(ServerApp={"jpserver_extensions": {"bookstore": True, "nbdime": True}})


@pytest.fixture
def editor(jp_fetch, jp_serverapp: ServerApp, jp_root_dir) -> Editor:  # type: ignore[no-untyped-def]
    manager: Any = jp_serverapp.contents_manager
    return Editor(jp_fetch, manager.bookstore, jp_root_dir)


@pytest.fixture
def checkpoint_diff(jp_fetch):  # type: ignore[no-untyped-def]
    """Asks nbdime as its button does: returns the source of the base, and the difference."""

    async def ask(path: str) -> tuple[str, list[Any]]:
        answer = await jp_fetch(
            "nbdime", "api", "diff", method="POST", body=json.dumps({"base": f"checkpoint:{path}"})
        )
        told = json.loads(answer.body)
        return "".join(told["base"]["cells"][0]["source"]), told["diff"]

    return ask


async def test_autosaves_are_compared_with_the_manual_save_before_them(
    editor: Editor, checkpoint_diff: Any
) -> None:
    await editor.save("a.ipynb", "by hand")
    for source in ("auto 1", "auto 2"):
        await editor.autosave("a.ipynb", source)
    base, diff = await checkpoint_diff("a.ipynb")
    assert base == "by hand"
    assert diff
    assert {op["key"] for op in diff} == {"cells"}, "nothing but the cell changed"
    await editor.told("a.ipynb")
    assert await checkpoint_diff("a.ipynb") == (base, diff), "the same once it is delivered"


async def test_a_manual_save_is_compared_with_the_one_before_it(
    editor: Editor, checkpoint_diff: Any
) -> None:
    for source in ("1", "2"):
        await editor.save("a.ipynb", source)
    base, diff = await checkpoint_diff("a.ipynb")
    assert (base, bool(diff)) == ("1", True)


async def test_a_notebook_with_one_version_is_unchanged(
    editor: Editor, checkpoint_diff: Any
) -> None:
    await editor.save("a.ipynb", "1")
    assert await checkpoint_diff("a.ipynb") == ("1", [])
