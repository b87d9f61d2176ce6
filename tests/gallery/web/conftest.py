"""A real Jupyter server with a gallery, whose store the test holds in its hands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from http_fixtures import *  # noqa: F403
from http_fixtures import jp_server_config as server_config
from traitlets.config import Config

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
