"""``mcp``: what an agent gets by the Model Context Protocol."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from cli_runner import Desk
from mcp import Client

from bookstore.cli.commands.mcp_server import McpCommand


@pytest.fixture
def agent(monkeypatch: pytest.MonkeyPatch) -> Iterator[McpCommand]:
    """The command, as an agent starts it."""
    monkeypatch.delenv("BOOKSTORE_AGENT", raising=False)
    McpCommand.clear_instance()
    yield McpCommand()
    McpCommand.clear_instance()


def asked(agent: McpCommand, tool: str, **arguments: Any) -> Any:
    """Ask for *tool* as an agent's client does."""

    async def ask() -> Any:
        async with Client(agent.server()) as client:
            return await client.call_tool(tool, arguments)

    answer = asyncio.run(ask())
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
    undone = asked(agent, "undo", path=path)
    assert undone["versions"] == 1
    assert desk.source(path) == "1"
