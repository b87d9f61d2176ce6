"""A desk for each way in which a command gets its answers, and one that is only a store's."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cli_runner import Desk, notebook
from processes import Server, jupyter_environment
from s3_server import (
    ACCESS_KEY_ID,
    SECRET_ACCESS_KEY,
    no_aws_configuration,
    s3_bucket,
    s3_endpoint,
)

from bookstore.archive import BookstoreContentsArchiver
from bookstore.cli.roots import remember_root

__all__ = ["no_aws_configuration", "s3_bucket", "s3_endpoint"]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a user who has nothing, not even credentials."""
    live_in(tmp_path, monkeypatch)
    return tmp_path


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


def store_desk(root: Path, kind: str = "embedded") -> Desk:
    """A desk with no server: what a server saved before it was stopped."""

    remember_root(str(root))  # as a server does at its start

    def on_server(work: Callable[[Any], Awaitable[object]]) -> None:
        async def session() -> None:
            manager = BookstoreContentsArchiver(root_dir=str(root))
            await work(manager)
            await manager.bookstore.close(deadline_s=10)

        asyncio.run(session())

    def save(path: str, source: str) -> None:
        model = {"type": "notebook", "format": "json", "content": notebook(source)}
        on_server(lambda manager: manager.save(model, path))

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


@pytest.fixture(scope="session")
def running_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that runs while the tests do."""
    with Server(home=tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture
def embedded(home: Path) -> Desk:
    """A desk with the embedded store and no server."""
    return store_desk(home / "notebooks")


@pytest.fixture
def s3_settings(
    home: Path, s3_endpoint: str, s3_bucket: str, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """Settings of a bucket on S3, in the environment."""
    settings = {
        "JPYNB_S3_BUCKET": s3_bucket,
        "JPYNB_S3_ENDPOINT_URL": s3_endpoint,
        "JPYNB_S3_ACCESS_KEY_ID": ACCESS_KEY_ID,
        "JPYNB_S3_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    return settings


@pytest.fixture(params=["embedded", "s3", "server"])
def desk(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """One desk after the other: whoever answers, a command does the same."""
    if request.param == "server":
        server: Server = request.getfixturevalue("running_server")
        live_in(server.home, monkeypatch)
        return server_desk(server)
    home: Path = request.getfixturevalue("home")
    if request.param == "s3":
        request.getfixturevalue("s3_settings")
    return store_desk(home / "notebooks", request.param)
