"""Real Jupyter server processes, each with folders of its own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from notebooks import model

T = TypeVar("T")

TOKEN = "tests-only"
WITHOUT_FRONT_ENDS = tuple(
    f"--ServerApp.jpserver_extensions={name}=False"
    for name in ("jupyterlab", "notebook", "jupyter_lsp", "jupyter_server_terminals")
)
"""Arguments of a server that no browser will visit: it starts in half of the time."""
PATIENCE_S = 180.0
"""How long anything is waited for; far more than it takes, since a machine may be busy."""


def eventually(happened: Callable[[], T], what: object) -> T:
    """Return what *happened* returns once that is something; it is asked again and again."""
    deadline = time.monotonic() + PATIENCE_S
    while not (found := happened()):
        assert time.monotonic() < deadline, f"never happened: {what}"
        time.sleep(0.05)
    return found


def jupyter_environment(home: Path, **extra: str) -> dict[str, str]:
    """The environment of a user who has nothing but *home*; credentials of the machine are gone."""
    foreign = ("JUPYTER", "JPYNB_", "AWS_", "JPY_", "OS_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    folders = {
        "HOME": home,
        "JUPYTER_CONFIG_DIR": home / "config",
        "JUPYTER_DATA_DIR": home / "data",
        "JUPYTER_RUNTIME_DIR": home / "runtime",
    }
    return kept | {name: str(folder) for name, folder in folders.items()} | extra


@dataclass(kw_only=True)
class Server:
    """A server process; a context manager that ends it with SIGTERM."""

    home: Path
    command: tuple[str, ...] = ("server",)
    arguments: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    token: str = TOKEN
    python: str = sys.executable

    def __post_init__(self) -> None:
        self.root = self.home / "notebooks"
        self.root.mkdir(parents=True, exist_ok=True)
        self.log_file = self.home / "server.log"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/"

    def __enter__(self) -> Server:
        self.launch()
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                self.request("GET", "api/status")
                return self
            except (OSError, urllib.error.URLError):
                if self.process.poll() is not None or time.monotonic() > deadline:
                    self.kill()
                    raise AssertionError(f"the server did not start:\n{self.log}") from None
                time.sleep(0.05)

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def log(self) -> str:
        """Everything the server has logged."""
        return self.log_file.read_text(errors="replace")

    def launch(self) -> None:
        """Start the process; it answers only a while later."""
        self.process = subprocess.Popen(
            [
                *(self.python, "-m", "jupyter", *self.command),
                *("--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={self.port}"),
                *("--ServerApp.port_retries=0", f"--ServerApp.root_dir={self.root}"),
                *(f"--IdentityProvider.token={self.token}", *self.arguments),
            ],
            env=jupyter_environment(self.home, **self.environment),
            cwd=self.root,
            stdin=subprocess.DEVNULL,
            stdout=self.log_file.open("ab"),
            stderr=subprocess.STDOUT,
        )

    def stop(self) -> None:
        """SIGTERM, and wait for the end."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self.process.wait(PATIENCE_S)

    def kill(self) -> None:
        """SIGKILL."""
        self.process.kill()
        self.process.wait(PATIENCE_S)

    def request(
        self, method: str, path: str, body: Any = None, *, timeout_s: float = PATIENCE_S
    ) -> Any:
        """Return the JSON that the server answers, None where it answers nothing."""
        request = urllib.request.Request(
            self.url + quote(path, safe="/?=&%"),
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"token {self.token}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=timeout_s) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def save(self, path: str, source: str) -> dict[str, Any]:
        """Save a notebook with one cell, as the editor does."""
        saved: dict[str, Any] = self.request("PUT", f"api/contents/{path}", model(source))
        return saved

    def wait_until_delivered(self) -> None:
        """Return once the outbox is empty."""
        told: dict[str, Any] = {}

        def is_empty() -> bool:
            told.update(self.request("GET", "api/bookstore/status"))
            return told["outbox"]["depth"] == 0

        eventually(is_empty, ["nothing waits", told])
