"""A real Jupyter server with bookstore's routes, whose store the test holds in its hands."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from http_helpers import Answer, Call
from jupyter_server.serverapp import ServerApp
from memory_fixtures import BUCKET, memory_stores, other_stores, store
from notebooks import notebook
from traitlets.config import Config

from bookstore.handlers import load_jupyter_server_extension
from bookstore.http.base import WIRING
from bookstore.wiring import Bookstore

__all__ = [
    "bookstore",
    "bookstore_config",
    "call",
    "jp_server_config",
    "manager_class",
    "memory_stores",
    "other_stores",
    "root",
    "save",
    "server",
    "store",
]


@pytest.fixture
def bookstore_config() -> dict[str, Any]:
    """Settings of the test; parametrize this name to have others."""
    return {}


@pytest.fixture
def manager_class() -> str:
    """The contents manager of the test."""
    return "bookstore.archive.BookstoreContentsArchiver"


@pytest.fixture
def jp_server_config(
    bookstore_config: dict[str, Any], manager_class: str, memory_stores: None, tmp_path: Path
) -> Config:
    settings = {"local_bucket": BUCKET, "outbox_dir": str(tmp_path / "outbox"), **bookstore_config}
    return Config(
        ServerApp={"contents_manager_class": manager_class, "jpserver_extensions": {}},
        BookstoreSettings=settings,
    )


@pytest.fixture
def server(jp_serverapp: ServerApp, jp_asyncio_loop: Any) -> Iterator[ServerApp]:
    """A server with bookstore's routes."""
    load_jupyter_server_extension(jp_serverapp)
    yield jp_serverapp
    bookstore = jp_serverapp.web_app.settings[WIRING]
    jp_asyncio_loop.run_until_complete(bookstore.close(deadline_s=0))


@pytest.fixture
def bookstore(server: ServerApp) -> Bookstore:
    """What the server's handlers share."""
    built: Bookstore = server.web_app.settings[WIRING]
    return built


@pytest.fixture
def root(jp_root_dir: Path) -> Path:
    """The folder that the server's user works in."""
    return jp_root_dir


@pytest.fixture
def call(
    server: ServerApp,
    http_server_client: Any,
    jp_auth_header: dict[str, str],
    jp_base_url: str,
) -> Call:
    """Ask the server: ``await call("PUT", "/api/…", json={…})``; the token goes along."""

    async def ask(
        verb: str,
        route: str,
        *,
        json_body: object = None,
        body: bytes | str | None = None,
        form: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        with_token: bool = True,
    ) -> Answer:
        sent = dict(jp_auth_header) if with_token else {}
        if json_body is not None:
            body = json.dumps(json_body)
        if form is not None:
            body = urlencode(form)
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        url = jp_base_url.rstrip("/") + route + (f"?{urlencode(query)}" if query else "")
        response = await http_server_client.fetch(
            url,
            method=verb,
            body=body,
            headers={**sent, **(headers or {})},
            raise_error=False,
            follow_redirects=False,
            allow_nonstandard_methods=True,
        )
        return Answer(response)

    return ask


@pytest.fixture
def save(call: Call, bookstore: Bookstore) -> Any:
    """Save a notebook as an editor does, and wait until the store has it."""

    async def save_and_deliver(path: str, *sources: str, **model: Any) -> None:
        body = {"type": "notebook", "content": notebook(*sources), **model}
        answer = await call("PUT", f"/api/contents/{path}", json_body=body)
        assert answer.status in (200, 201), answer.text
        await bookstore.uploader.drain(deadline_s=20)

    return save_and_deliver
