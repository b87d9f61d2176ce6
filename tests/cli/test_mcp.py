"""``mcp``: what an agent gets by the Model Context Protocol."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from cli_runner import Desk, run
from mcp import Client
from notebooks import code, notebook, on_disk

from bookstore.cli.commands.mcp_server import McpCommand


@pytest.fixture
def agent(monkeypatch: pytest.MonkeyPatch) -> Iterator[McpCommand]:
    """The command, as an agent starts it."""
    monkeypatch.delenv("BOOKSTORE_AGENT", raising=False)
    McpCommand.clear_instance()
    yield McpCommand()
    McpCommand.clear_instance()


def answered(agent: McpCommand, tool: str, **arguments: Any) -> Any:
    """Ask for *tool* as an agent's client does; return the answer, be it an error."""

    async def ask() -> Any:
        async with Client(agent.server()) as client:
            return await client.call_tool(tool, arguments)

    return asyncio.run(ask())


def refused(agent: McpCommand, tool: str, **arguments: Any) -> str:
    """Ask for *tool*; return why that is refused."""
    answer = answered(agent, tool, **arguments)
    assert answer.is_error, answer.structured_content
    return str(answer.content[0].text)


def asked(agent: McpCommand, tool: str, **arguments: Any) -> Any:
    """Ask for *tool*; return what it tells."""
    answer = answered(agent, tool, **arguments)
    assert not answer.is_error, answer.content[0].text
    told = answer.structured_content
    return told["result"] if set(told) == {"result"} else told


def test_an_agent_sees_history_and_takes_its_changes_back(
    desk: Desk, agent: McpCommand, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = desk.saved("1")
    monkeypatch.setenv("BOOKSTORE_AGENT", "claude")
    before = asked(agent, "checkpoint", path=path, label="before the agent")
    assert before["label"] == "before the agent"
    file = desk.root / path
    file.write_text(file.read_text().replace('"1"', '"by the agent"'))
    after = asked(agent, "checkpoint", path=path)
    assert after["author"].endswith("/claude")
    assert "by the agent" in asked(agent, "diff", path=path, version=before["version_id"])
    assert [version["version_id"] for version in asked(agent, "history", path=path, limit=1)]
    undone = asked(agent, "undo", path=path, since=before["version_id"])
    assert undone["versions"] == 1
    assert desk.source(path) == "1"


def test_an_agent_gets_to_no_files_but_those_below_the_folders_it_was_given(
    desk: Desk, agent: McpCommand, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Neither by a path that leads out nor by a link."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "a.ipynb").write_bytes(on_disk(notebook(code("secret", "a"))))
    (desk.root / "link").symlink_to(elsewhere)
    (desk.root / "link.ipynb").symlink_to(elsewhere / "a.ipynb")
    paths = [elsewhere / "a.ipynb", "link/a.ipynb", "link.ipynb"]
    for path in map(str, paths):
        for tool in ("checkpoint", "history", "diff"):
            assert "working folder" in refused(agent, tool, path=path)
    (desk.root / "link").unlink()
    (desk.root / "link.ipynb").unlink()
    assert [*elsewhere.iterdir()] == [elsewhere / "a.ipynb"]  # it became no root


def test_of_what_is_no_notebook_an_agent_makes_no_version(desk: Desk, agent: McpCommand) -> None:
    (desk.root / "credentials").write_text("secret")
    assert "not archived" in refused(agent, "checkpoint", path="credentials")


def test_an_agent_takes_back_only_what_it_did_itself_since_a_version_that_it_names(
    desk: Desk, agent: McpCommand, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = desk.saved("1", "2")
    monkeypatch.setenv("BOOKSTORE_AGENT", "claude")
    first = asked(agent, "history", path=path)[-1]
    for actor in ("", first["author"]):
        arguments = {"path": path, "since": first["version_id"], "actor": actor}
        answer = answered(agent, "undo", **arguments)
        assert answer.is_error, "somebody else's work is taken back"
    assert "since" in refused(agent, "undo", path=path)
    assert "since" in refused(agent, "undo", path=path, since="")
    assert desk.source(path) == "2"


def test_an_agent_has_a_name() -> None:
    """Without one it would be the user, and take back what they did."""
    ran = run("mcp", "--agent", " / ")
    assert ran.code == 2
    assert "--agent" in ran.err
