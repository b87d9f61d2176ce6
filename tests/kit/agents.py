"""A program that edits notebooks beside a person: over HTTP, past the server, and by its tools."""

from __future__ import annotations

import asyncio
import json
import sys
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from notebooks import notebook, on_disk
from processes import Server, jupyter_environment


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent that acts for the user of *server*."""

    server: Server
    name: str = "claude"

    def put(self, path: str, *cells: dict[str, Any]) -> None:
        """Save a notebook through the contents API, as itself."""
        self._put(path, notebook(*cells))

    def edit(self, path: str, source: str, *, cell: int) -> None:
        """Give a cell another source in what is saved."""
        content = self.server.request("GET", f"api/contents/{path}?content=1")["content"]
        content["cells"][cell]["source"] = source
        self._put(path, content)

    def write(self, path: str, *cells: dict[str, Any]) -> None:
        """Write a notebook to its file, past the server."""
        file = self.server.root / path
        whole = file.with_suffix(".tmp")
        whole.write_bytes(on_disk(notebook(*cells)))
        whole.replace(file)

    def _put(self, path: str, content: dict[str, Any]) -> None:
        model = {"type": "notebook", "format": "json", "content": content}
        self._ask("PUT", f"api/contents/{path}", model)

    def _ask(self, method: str, route: str, body: Any) -> None:
        request = urllib.request.Request(
            f"{self.server.url}{route}",
            method=method,
            data=json.dumps(body).encode(),
            headers={
                "Authorization": f"token {self.server.token}",
                "Content-Type": "application/json",
                "Bookstore-Agent": self.name,
            },
        )
        with urllib.request.urlopen(request, timeout=60):
            pass

    def tool(self, name: str, **arguments: Any) -> Any:
        """Call a tool of the server of its protocol, which it starts as its configuration says."""
        with ThreadPoolExecutor(1) as thread:  # playwright's loop runs in this one
            return thread.submit(asyncio.run, self._called(name, arguments)).result()

    async def _called(self, name: str, arguments: dict[str, Any]) -> Any:
        from mcp import Client, StdioServerParameters

        command = StdioServerParameters(
            command=sys.executable,
            args=["-m", "jupyter", "bookstore", "mcp", "--agent", self.name],
            env=jupyter_environment(self.server.home, JUPYTER_TOKEN=self.server.token),
            cwd=self.server.root,
        )
        async with Client(command) as client:
            answer = await client.call_tool(name, arguments)
        assert not answer.is_error, answer.content[0].text
        told = answer.structured_content
        return told["result"] if set(told) == {"result"} else told
