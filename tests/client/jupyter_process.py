"""A real Jupyter server in a process of its own, with folders of its own."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from jupyter_client.blocking import BlockingKernelClient
from notebooks import model
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

EXTENSIONS = {"bookstore": True, "jupyterlab": False, "jupyter_lsp": False, "notebook": False}
TOKEN = "a-token-of-the-tests"
_PATIENCE_S = 300  # starting a kernel beside other tests takes long


@dataclass(frozen=True, kw_only=True)
class JupyterProcess:
    """A running server and its folders."""

    process: subprocess.Popen[str]
    home: Path
    url: str

    @property
    def root(self) -> Path:
        """The folder of the user's notebooks."""
        return self.home / "root"

    @property
    def runtime(self) -> Path:
        """Where the server's record and its kernels' connection files are."""
        return self.home / "runtime"

    def call(self, verb: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """Return what the server answers, by other means than the client under test."""
        headers = {"Authorization": f"token {TOKEN}"}
        response = requests.request(
            verb, self.url + path, json=body, headers=headers, timeout=_PATIENCE_S
        )
        response.raise_for_status()
        return response.json() if response.content else None

    def save(self, path: str, text: str = "1 + 1") -> None:
        """Save a notebook with one cell."""
        self.call("PUT", f"/api/contents/{path}", model(text))

    def open_notebook(self, path: str) -> dict[str, Any]:
        """Start a kernel for the notebook at *path* as JupyterLab does; return the session."""
        body = {
            "path": path,
            "name": path.rpartition("/")[2],
            "type": "notebook",
            "kernel": {"name": "python3"},
        }
        return dict(self.call("POST", "/api/sessions", body))

    def run_cell(self, kernel_id: str, code: str) -> str:
        """Return what *code* prints in a kernel."""
        printed: list[str] = []

        def hear(message: dict[str, Any]) -> None:
            content = message["content"]
            printed.append(content.get("text") or "\n".join(content.get("traceback", [])))

        kernel = BlockingKernelClient(
            connection_file=str(self.runtime / f"kernel-{kernel_id}.json")
        )
        kernel.load_connection_file()
        # A kernel that is busy starting misses heartbeats, and one second of that means death.
        kernel.hb_channel.time_to_dead = _PATIENCE_S
        kernel.start_channels()
        try:
            kernel.wait_for_ready(timeout=_PATIENCE_S)
            kernel.execute_interactive(code, timeout=_PATIENCE_S, output_hook=hear)
        finally:
            kernel.stop_channels()
        return "".join(printed)


def start_jupyter(home: Path) -> JupyterProcess:
    """Start a server and return when it answers."""
    folders = {name: home / name for name in ("root", "runtime", "data", "config")}
    config_d = folders["config"] / "jupyter_server_config.d"
    for folder in (*folders.values(), config_d):
        folder.mkdir(parents=True, exist_ok=True)
    config = {"ServerApp": {"jpserver_extensions": EXTENSIONS}}
    (config_d / "tests.json").write_text(json.dumps(config), encoding="utf-8")
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("JPY")
    } | {
        "HOME": str(home),
        "JUPYTER_RUNTIME_DIR": str(folders["runtime"]),
        "JUPYTER_DATA_DIR": str(folders["data"]),
        "JUPYTER_CONFIG_DIR": str(folders["config"]),
        "JUPYTER_PREFER_ENV_PATH": "0",  # the folders above come before the environment's
        "PYTHONUNBUFFERED": "1",
    }
    command = [sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root"]
    options = [
        f"--IdentityProvider.token={TOKEN}",
        f"--ServerApp.port={_free_port()}",
        "--ServerApp.ip=127.0.0.1",
    ]
    process = subprocess.Popen(
        [*command, *options, f"--ServerApp.root_dir={folders['root']}"],
        env=environment,
        cwd=home,
        stderr=subprocess.PIPE,
        text=True,
    )
    url = _announced_url(process)
    with requests.Session() as session:  # the server announces itself before it listens
        session.mount(url, HTTPAdapter(max_retries=Retry(connect=8, backoff_factor=0.1)))
        session.get(f"{url}/api", timeout=_PATIENCE_S).raise_for_status()
    return JupyterProcess(process=process, home=home, url=url)


def _free_port() -> int:
    # Not 0: a server at the oldest supported release then announces a URL without its port.
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _announced_url(process: subprocess.Popen[str]) -> str:
    assert process.stderr is not None
    log = []
    for line in process.stderr:
        log.append(line)
        if found := re.search(r"http://127\.0\.0\.1:\d+", line):
            threading.Thread(target=process.stderr.read, daemon=True).start()  # keeps it empty
            return found[0]
    raise RuntimeError("the server did not start:\n" + "".join(log))
