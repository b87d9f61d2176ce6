"""A fake server for what a real one does not do on request, and a real one for the rest."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_server import FakeServer
from jupyter_process import JupyterProcess, start_jupyter


@pytest.fixture
def fake_server() -> Iterator[FakeServer]:
    """A server that answers as it is told."""
    server = FakeServer()
    yield server
    server.close()


@pytest.fixture(scope="session")
def jupyter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JupyterProcess]:
    """A real Jupyter server with bookstore."""
    server = start_jupyter(tmp_path_factory.mktemp("jupyter"))
    yield server
    server.process.terminate()
    server.process.wait(timeout=120)


@pytest.fixture
def runtime_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder in which this process looks for running servers."""
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    return tmp_path
