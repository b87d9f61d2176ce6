"""Desks: a user's folder, and what changes it, with a server and without one."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from cli_runner import Desk
from notebooks import model
from processes import Server, jupyter_environment

from bookstore.archive.manager import BookstoreContentsArchiver
from bookstore.files.noted_roots import remember_root


def live_in(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make *home* the folder of whoever runs commands, and its notebooks the working folder."""
    wanted = jupyter_environment(home)
    for name in set(os.environ) - wanted.keys():
        monkeypatch.delenv(name)
    for name, value in wanted.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("USER", "ada")
    monkeypatch.setenv("LOGNAME", "ada")
    (home / "notebooks").mkdir(exist_ok=True)
    monkeypatch.chdir(home / "notebooks")


def store_desk(root: Path, kind: str = "embedded", **metadata: Any) -> Desk:
    """A desk with no server: what a server saved before it was stopped; its notebooks have
    *metadata*."""

    remember_root(str(root))  # as a server does at its start

    def on_server(work: Callable[[Any], Awaitable[object]]) -> None:
        async def session() -> None:
            manager = BookstoreContentsArchiver(root_dir=str(root))
            await work(manager)
            await manager.bookstore.close(deadline_s=10)

        asyncio.run(session())

    def save(path: str, source: str) -> None:
        on_server(lambda manager: manager.save(model(source, **metadata), path))

    return Desk(
        kind=kind,
        root=root,
        save=save,
        rename=lambda old, new: on_server(lambda manager: manager.rename(old, new)),
        delete=lambda path: on_server(lambda manager: manager.delete(path)),
        new_name=lambda: f"n{secrets.token_hex(4)}.ipynb",
    )


def server_desk(server: Server) -> Desk:
    """A desk whose server runs."""

    def save(path: str, source: str) -> None:
        server.save(path, source)
        server.wait_until_delivered()

    def rename(old: str, new: str) -> None:
        server.request("PATCH", f"api/contents/{old}", {"path": new})
        server.wait_until_delivered()

    def delete(path: str) -> None:
        server.request("DELETE", f"api/contents/{path}")
        server.wait_until_delivered()

    return Desk(
        kind="server",
        root=server.root,
        save=save,
        rename=rename,
        delete=delete,
        new_name=lambda: f"n{secrets.token_hex(4)}.ipynb",
    )
