"""Finding servers, and the notebook that the code is in."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from fake_server import Answer, FakeServer
from jupyter_process import TOKEN, JupyterProcess

from bookstore.client.nb_client import (
    CurrentNotebookClient,
    KernelInfo,
    LiveNotebookRecord,
    NoCurrentNotebook,
    NotebookClient,
    NotebookClientCollection,
    NotebookSession,
    extract_kernel_id,
)

KERNEL_ID = "f92b7c8b-0858-4d10-903c-b0631540fb36"
KERNEL = {"id": KERNEL_ID, "name": "python3", "connections": 1, "of_tomorrow": True}


def _session(**differing: Any) -> dict[str, Any]:
    return {"id": "s", "path": "a.ipynb", "type": "notebook", "kernel": KERNEL, **differing}


def _announce(server: FakeServer, runtime_dir: Path, **differing: Any) -> None:
    info = {"url": f"{server.url}/", "token": TOKEN, "pid": os.getpid(), "base_url": "/"}
    name = f"jpserver-{server.url.rpartition(':')[2]}.json"
    (runtime_dir / name).write_text(json.dumps(info | differing), encoding="utf-8")


@pytest.fixture
def in_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    """This process takes itself for a kernel."""
    monkeypatch.setattr(
        "bookstore.client.nb_client._own_connection_file", lambda: f"/r/kernel-{KERNEL_ID}.json"
    )


@pytest.mark.parametrize("folder", ["", "/home/someone/.local/share/jupyter/runtime/"])
def test_the_kernel_id_is_in_the_connection_files_name(folder: str) -> None:
    assert extract_kernel_id(f"{folder}kernel-{KERNEL_ID}.json") == KERNEL_ID


def test_records_with_unknown_keys_are_read() -> None:
    info = {"url": "http://x/", "root_dir": "/r", "sock": "", "version": "9.9", "of_tomorrow": [1]}
    assert LiveNotebookRecord.from_json(info).notebook_dir == "/r"
    assert KernelInfo.from_json(KERNEL).connections == 1
    assert NotebookSession.from_json(_session(of_tomorrow=1)).kernel.id == KERNEL_ID


def test_the_token_is_in_no_representation() -> None:
    info = {"url": "http://x/", "token": TOKEN}
    assert TOKEN not in f"{LiveNotebookRecord.from_json(info)!r} {NotebookClient(info)!r}"


def test_importing_and_making_clients_asks_no_server(
    fake_server: FakeServer, runtime_dir: Path
) -> None:
    _announce(fake_server, runtime_dir)
    code = (
        "from bookstore.client import BookstoreClient, CurrentNotebookClient;"
        "from bookstore.client.nb_client import NotebookClientCollection;"
        "BookstoreClient(), CurrentNotebookClient(), NotebookClientCollection()"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)
    assert fake_server.asked == []


def test_all_running_servers_are_listed(fake_server: FakeServer, runtime_dir: Path) -> None:
    _announce(fake_server, runtime_dir)
    fake_server.will_answer("GET", "/api/sessions", Answer(json=[_session()]))
    (sessions,) = NotebookClientCollection().sessions.items()
    assert sessions[0] == fake_server.url
    assert sessions[1][KERNEL_ID].path == "a.ipynb"


def test_the_server_that_has_this_kernel_is_the_current_one(
    fake_server: FakeServer, runtime_dir: Path, in_kernel: None
) -> None:
    """Servers that do not answer, or have no such kernel, are passed over."""
    gone, other = FakeServer(), FakeServer()
    gone.close()
    other.will_answer("GET", "/api/sessions", Answer(json=[]))
    fake_server.will_answer("GET", "/api/sessions", Answer(json=[_session()]))
    for server in (gone, other, fake_server):
        _announce(server, runtime_dir)
    try:
        assert CurrentNotebookClient().url == fake_server.url
    finally:
        other.close()


def test_the_server_that_started_the_kernel_is_asked_first(
    fake_server: FakeServer, runtime_dir: Path, in_kernel: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = FakeServer()
    other.silent.set()
    fake_server.will_answer("GET", "/api/sessions", Answer(json=[_session()]))
    _announce(other, runtime_dir)
    _announce(fake_server, runtime_dir, pid=os.getppid())
    monkeypatch.setenv("JPY_PARENT_PID", str(os.getppid()))
    try:
        assert CurrentNotebookClient().url == fake_server.url
        assert other.asked == []
    finally:
        other.close()


def test_a_kernel_without_a_server_says_which_servers_were_asked(
    fake_server: FakeServer, runtime_dir: Path, in_kernel: None
) -> None:
    _announce(fake_server, runtime_dir)
    with pytest.raises(NoCurrentNotebook, match=f"{fake_server.url}: Not Found") as raised:
        _ = CurrentNotebookClient().session
    assert TOKEN not in str(raised.value)


@pytest.mark.parametrize("name", ["a.ipynb", "/home/ada/work/a.ipynb"])
def test_what_is_no_ipython_kernel_goes_by_the_name_of_its_session(
    fake_server: FakeServer, runtime_dir: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """The server puts the notebook's path, as asked for or on disk, into JPY_SESSION_NAME."""
    monkeypatch.setenv("JPY_SESSION_NAME", name)
    sessions = [_session(path="other.ipynb", kernel={"id": "other"}), _session()]
    fake_server.will_answer("GET", "/api/sessions", Answer(json=sessions))
    _announce(fake_server, runtime_dir, root_dir="/home/ada/work")
    assert CurrentNotebookClient().session.path == "a.ipynb"
    assert CurrentNotebookClient().kernel_id == KERNEL_ID


def test_outside_of_a_kernel_the_error_says_what_to_give() -> None:
    with pytest.raises(NoCurrentNotebook, match="does not run in a notebook") as raised:
        _ = CurrentNotebookClient().session
    assert "url=" in raised.value.hint


def test_of_a_kernel_with_a_console_the_notebook_is_the_session(
    fake_server: FakeServer,
) -> None:
    both = [_session(), _session(path="console", type="console")]
    fake_server.will_answer("GET", "/api/sessions", Answer(json=both))
    assert NotebookClient({"url": fake_server.url}).sessions[KERNEL_ID].path == "a.ipynb"


def test_a_session_whose_kernel_ended_is_passed_over(fake_server: FakeServer) -> None:
    fake_server.will_answer("GET", "/api/sessions", Answer(json=[_session(kernel=None)]))
    assert NotebookClient({"url": fake_server.url}).sessions == {}


def test_a_server_of_a_hub_is_given_the_hubs_token(
    fake_server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTERHUB_SERVICE_PREFIX", "/user/ada/")
    monkeypatch.setenv("JUPYTERHUB_API_TOKEN", "of-the-hub")
    for base_url in ("/user/ada/", "/user/bob/"):
        fake_server.will_answer("GET", f"{base_url}api/kernels", Answer(json=[]))
        record = {"url": fake_server.url + base_url, "token": "", "base_url": base_url}
        assert NotebookClient(record).kernels == []
    mine, foreign = fake_server.asked
    assert mine.headers["Authorization"] == "token of-the-hub"
    assert "Authorization" not in foreign.headers


def test_a_notebooks_own_code_finds_its_server_and_its_path(jupyter: JupyterProcess) -> None:
    """In a real kernel, also after the notebook was renamed."""
    (jupyter.root / "ä b").mkdir(exist_ok=True)
    jupyter.save("ä b/100% #1.ipynb".replace("%", "%25").replace("#", "%23"))
    session = jupyter.open_notebook("ä b/100% #1.ipynb")
    kernel_id = session["kernel"]["id"]
    code = """
from bookstore.client import CurrentNotebookClient
client = CurrentNotebookClient()
path = client.session.path
print(client.url, client.kernel_id, path, client.get_contents(path)["type"])
"""
    expected = f"{jupyter.url} {kernel_id} ä b/100% #1.ipynb notebook\n"
    assert jupyter.run_cell(kernel_id, code) == expected
    started_by_it = f"""
import subprocess, sys
done = subprocess.run([sys.executable, "-c", {code!r}], capture_output=True, text=True)
print(done.stdout + done.stderr, end="")
"""
    assert jupyter.run_cell(kernel_id, started_by_it) == expected
    jupyter.call("PATCH", f"/api/sessions/{session['id']}", {"path": "renamed.ipynb"})
    assert jupyter.run_cell(kernel_id, "print(client.session.path)") == "renamed.ipynb\n"
    jupyter.call("DELETE", f"/api/sessions/{session['id']}")


def test_a_real_servers_contents_and_kernels_are_read(jupyter: JupyterProcess) -> None:
    info = json.loads((jupyter.runtime / f"jpserver-{jupyter.process.pid}.json").read_bytes())
    client = NotebookClient(info)
    jupyter.save("here.ipynb")
    assert "here.ipynb" in [entry["name"] for entry in client.get_contents("")["content"]]
    assert {kernel.id for kernel in client.kernels} == set(client.sessions)
