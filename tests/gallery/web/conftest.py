"""A real Jupyter server with a gallery, whose store the test holds in its hands."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from gallery_web import API, NamedByHeader, Publish, by, ipynb
from http_fixtures import *  # noqa: F403
from http_fixtures import jp_server_config as server_config
from http_helpers import Answer, Call
from jupyter_server.serverapp import ServerApp
from traitlets.config import Config

from bookstore.gallery.database.migrations import migrate
from bookstore.gallery.faces.handlers import GALLERY
from bookstore.gallery.service import Gallery, GalleryService

__all__ = ["server_config"]


@pytest.fixture
def gallery_config() -> dict[str, Any]:
    """Settings of the gallery in the test; parametrize this name to have others."""
    return {}


@pytest.fixture
def jp_server_config(
    server_config: Config, gallery_config: dict[str, Any], tmp_path: Path
) -> Config:
    database = f"sqlite:///{tmp_path}/gallery.db"
    server_config.GallerySettings.merge({"database": database, **gallery_config})
    return server_config


@pytest.fixture(scope="session")
def empty_gallery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with all tables and no rows: to make them each time would take long."""
    file = tmp_path_factory.mktemp("gallery") / "gallery.db"
    migrate(f"sqlite:///{file}")
    return file


@pytest.fixture
def identity(server_config: Config, empty_gallery: Path, tmp_path: Path) -> None:
    """Let everybody be who they say they are, in a gallery that is there already."""
    server_config.ServerApp.identity_provider_class = NamedByHeader
    shutil.copy(empty_gallery, tmp_path / "gallery.db")


@pytest.fixture
def publish(call: Call) -> Publish:
    """Publish a notebook, and return its uuid."""

    async def publish_it(*sources: str, name: str = "ada", **words: Any) -> str:
        told = {
            "title": "Tides",
            "description": "When the water comes.",
            "content": ipynb(*(sources or ("print('tide')",))),
            **words,
        }
        answer: Answer = await call("POST", API, json_body=told, headers=by(name))
        assert answer.status in (200, 201), answer.text
        uuid: str = answer.json["uuid"]
        return uuid

    return publish_it


@pytest.fixture
def gallery(server: ServerApp, call: Call, jp_asyncio_loop: Any) -> Gallery:
    """The server's gallery, opened."""

    async def opened() -> Gallery:
        assert (await call("GET", "/bookstore/gallery", headers=by("ada"))).status == 200
        service: GalleryService = server.web_app.settings[GALLERY]
        return await service.opened()

    found: Gallery = jp_asyncio_loop.run_until_complete(opened())
    return found
