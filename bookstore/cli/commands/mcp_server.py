"""``mcp``: a server of the Model Context Protocol, by which an agent uses history.

It speaks on standard input and output with the program that started it, and asks a running Jupyter
server as that program, so that history tells whose changes are whose.

Knows: sources, the SDK of the protocol.  Must not know: who answers.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

from traitlets import Unicode

from ...client.running import running_servers
from ...client.versions import Version
from ...errors import BadRequest, BookstoreError, Forbidden
from ...extras import require
from ...words import shown, when
from ..app import DONE, BookstoreCommand, VersionCommand
from ..command_line import UsageError
from ..sources.source import Source

if TYPE_CHECKING:
    from mcp.server import MCPServer

_INSTRUCTIONS = (
    "The history of Jupyter notebooks. Call checkpoint before you begin to change a notebook; diff "
    "shows what changed since a version; undo takes back what you, and nobody else, changed since "
    "the version that checkpoint returned, and keeps what people changed meanwhile."
)
MOST_LISTED = 200


class McpCommand(BookstoreCommand):
    """``jupyter bookstore mcp``."""

    name = "mcp"
    description = (
        "Serve the history of notebooks to an agent by the Model Context Protocol, on standard "
        "input and output: history, diff, checkpoint and undo."
    )
    examples = """
        jupyter bookstore mcp --agent claude
        claude mcp add bookstore -- jupyter bookstore mcp --agent claude
    """
    agent = Unicode("agent", help="What history names the agent, behind the user: ada/claude.").tag(
        config=True
    )
    aliases = {**BookstoreCommand.aliases, "agent": "McpCommand.agent"}  # noqa: RUF012

    def work(self) -> int:
        """Serve until the other side goes."""
        from ...archive.agents import agent_name

        require("serving agents", "mcp", "mcp")
        if not agent_name(self.agent):  # it would be the user, and take back what they did
            raise UsageError("--agent must name the agent.")
        os.environ["BOOKSTORE_AGENT"] = self.agent
        self.server().run()
        return DONE

    def server(self) -> MCPServer:
        """Return the server with its tools."""
        from mcp.server import MCPServer

        server = MCPServer("bookstore", instructions=_INSTRUCTIONS)
        turn = asyncio.Lock()
        for name in ("history", "diff", "checkpoint", "undo"):
            server.add_tool(self._tool(name, turn))
        return server

    def _tool(self, name: str, turn: asyncio.Lock) -> Callable[..., Awaitable[Any]]:
        """Return a tool as the server calls it: beside its event loop, one call at a time, and
        with errors of ours in their words."""

        from mcp.server.mcpserver.exceptions import ToolError

        def answer(*args: Any, **kwargs: Any) -> Any:
            asked = Tools(config=self.config)  # what it opens lives as long as the call
            try:
                return getattr(asked, name)(*args, **kwargs)
            except BookstoreError as error:
                raise ToolError(f"{error.message} {error.hint}".strip()) from error
            finally:
                asked.close()

        @wraps(getattr(Tools(config=self.config), name))
        async def answered(*args: Any, **kwargs: Any) -> Any:
            async with turn:
                return await asyncio.to_thread(answer, *args, **kwargs)

        return answered


class Tools(VersionCommand):
    """What an agent may ask for; the words of each are the agent's manual."""

    def source_for(self, path: str = ".") -> Source:
        """Return who answers about *path*, which nobody but an agent names: only what is below the
        working folder, a running server's root or ``--root``, wherever links lead.
        """
        file = Path(path).resolve()
        if not self.server_url and not any(file.is_relative_to(root) for root in self._roots()):
            raise Forbidden(
                f"{shown(path)} is below neither the working folder nor a running server's root.",
                hint="Whoever starts this server can name another folder with --root.",
            )
        return super().source_for(path)

    def _roots(self) -> Iterator[Path]:
        """Yield the folders in which an agent may ask for notebooks."""
        running = (record.get("root_dir") for record in running_servers())
        for root in (".", self.root, *running):
            if root:
                yield Path(root).expanduser().resolve()

    def history(
        self, path: str, limit: int = 20, author: str = "", text: str = ""
    ) -> list[dict[str, Any]]:
        """List the newest versions of the notebook at a path, the newest first: when, why and by
        whom each was made and what it changed; only those by an author or with a text in them
        where that is given.
        """
        source = self.source_for(path)
        name, limit = source.place.api_path(path), max(1, min(limit, MOST_LISTED))
        if author or text:
            found = source.search(text, path=name, author=author, kind="", limit=limit)
            return [_told(version) for version in found.versions]
        versions = source.versions(name, changed=True)
        return [_told(version) for version, _ in zip(versions, range(limit), strict=False)]

    def diff(self, path: str, version: str = "~1", to: str = "") -> str:
        """Show what changed in a notebook since a version, named by its ID, its label, or ~1 for
        the one before the newest; up to another version where that is given.
        """
        from ...notebooks.diff import render_text

        source = self.source_for(path)
        name = source.place.api_path(path)
        base = self.pick(source, name, version)
        remote = self.pick(source, name, to) if to else None
        compared = source.compare(name, base, remote)
        text = render_text(compared.base, compared.diff, colour=False, width=100)
        return text or "Nothing changed."

    def checkpoint(self, path: str, label: str = "") -> dict[str, Any]:
        """Have what a notebook is now be a version, before you begin to change it. Returns that
        version; its version_id tells diff and undo since when.
        """
        source = self.source_for(path)
        return _told(source.checkpoint(source.place.api_path(path), label=label, note=""))

    def undo(self, path: str, since: str) -> dict[str, Any]:
        """Take back what you changed in a notebook since a version, the one that checkpoint
        returned before you began, and keep what others changed. What others did you cannot take
        back.
        """
        if not since.strip():
            raise BadRequest("since must name a version, such as one that checkpoint returned.")
        source = self.source_for(path)
        name = source.place.api_path(path)
        undone = source.undo(name, "", since=self.pick(source, name, since))
        return {
            "versions": undone.versions,
            "kept_cells": list(undone.kept_cells),
            "is_complete": undone.is_complete,
            "version": _told(undone.version) if undone.version else None,
        }


def _told(version: Version) -> dict[str, Any]:
    told = {
        "version_id": version.version_id,
        "saved_at": when(version.saved_at),
        "kind": version.kind,
        "author": version.author,
        "label": version.label,
        "note": version.note,
        "changed": str(version.changed or ""),
    }
    return {name: value for name, value in told.items() if value}
