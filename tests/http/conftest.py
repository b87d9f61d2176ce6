"""Every test here asks a real Jupyter server with bookstore's routes."""

from __future__ import annotations

from http_fixtures import *  # noqa: F403
