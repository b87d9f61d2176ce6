"""What the tests of the HTTP routes send and get back."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from notebooks import code, display, notebook
from tornado.httpclient import HTTPResponse

from bookstore.records import Provenance
from bookstore.store.memory import MemoryStore

Call = Callable[..., Awaitable["Answer"]]


class Answer:
    """What the server answered, whatever its status."""

    def __init__(self, response: HTTPResponse) -> None:
        self.status = response.code
        self.headers = response.headers
        self.body = response.body or b""

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        assert self.headers["Content-Type"].startswith("application/json"), self.text
        return json.loads(self.body)

    def is_error(self, status: int, reason: str) -> bool:
        """Is this an API error of that kind, in the one shape that errors have?"""
        assert self.status == status, (self.status, self.text)
        assert set(self.json) == {"message", "reason", "hint"}
        assert self.json["reason"] == reason, self.json
        return bool(self.json["message"])


def risky_notebook(**cell_metadata: Any) -> dict[str, Any]:
    """A notebook whose output a browser would run if it were trusted."""
    output = display(text_html="<script>steal()</script>")
    return notebook(code("1", "a", (output,), metadata=cell_metadata))


async def put(
    store: MemoryStore, key: str, body: bytes | Mapping[str, Any], *, author: str = "ana"
) -> str:
    """Put an object as bookstore would; return its version ID."""
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    provenance = Provenance.of(body, author=author, kind="publish")
    version = await store.put(
        key, body, metadata=provenance.to_metadata(), content_type="application/x-ipynb+json"
    )
    return version.version_id


def url_path(path: str) -> str:
    """*path* as it stands in a URL."""
    return quote(path)


def names_in(folder: Path) -> list[str]:
    """What lies in *folder*, hidden things left out."""
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))


async def versions_of(call: Call, path: str = "a.ipynb") -> list[dict[str, Any]]:
    answer = await call("GET", f"/api/bookstore/versions/{path}")
    assert answer.status == 200, answer.text
    versions: list[dict[str, Any]] = answer.json["versions"]
    return versions


def sources(answer: Answer) -> list[str]:
    return ["".join(cell["source"]) for cell in answer.json["content"]["cells"]]
