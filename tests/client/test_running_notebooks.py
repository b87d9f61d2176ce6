"""Runs by the Python client and the command, on a server that stops or dies meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from cli_runner import run as command
from notebooks import KERNEL, code, model
from processes import WITHOUT_FRONT_ENDS, Server, eventually

from bookstore.client import BookstoreClient
from bookstore.client.versions import Run

ENDLESS = "import time\nopen({!r}, 'w').close()\ntime.sleep(600)"


def client_of(server: Server) -> BookstoreClient:
    return BookstoreClient(url=server.url, token=server.token)


def begun(server: Server, name: str) -> Run:
    """A run that is in the midst of its second cell."""
    cells = code("print('one', 'done')"), code(ENDLESS.format(name))
    server.request("PUT", f"api/contents/{name}.ipynb", model(*cells, kernelspec=KERNEL))
    run = client_of(server).run(f"{name}.ipynb", wait=False)
    assert run.ended_at is None
    eventually((server.root / name).exists, "the second cell begins")
    return run


def ended(server: Server, run: Run) -> Run:
    """What became of it, as the next server tells."""
    look: Callable[[], Run] = lambda: client_of(server).run_of(run)  # noqa: E731
    return eventually(lambda: now if (now := look()).ended_at else None, [run, "ends"])


def test_runs_end_with_their_server_and_keep_what_they_made(tmp_path: Path) -> None:
    """Whether it stops or is killed: no process is left, and the record says why."""
    server = Server(home=tmp_path, arguments=WITHOUT_FRONT_ENDS)
    with server:
        stopped = begun(server, "stopped")
    with server:
        killed = begun(server, "killed")
        server.kill()
    with server:
        client = client_of(server)
        told = {run.run_id: ended(server, run) for run in (stopped, killed)}
        assert {run.status for run in told.values()} == {"interrupted"}
        assert told[stopped.run_id].error == "The server stopped."
        assert told[killed.run_id].error == "The server that started it is gone."
        for run in told.values():
            assert run.version is not None
            assert b"one done" in client.read(run.version.address)[1]

        cancelled = begun(server, "cancelled")
        words = ("--server", server.url, "--token", server.token)
        assert command("cancel", cancelled.run_id, *words).code == 0
        made = client.wait_for(cancelled)
        assert made.error.startswith("Cancelled by ")
        assert command("cancel", cancelled.run_id, *words).code == 1

        failed = client.run("cancelled.ipynb", kernel="python3", timeout_s=1, wait=0.1)
        assert failed.ended_at is None, "it was not waited for to the end"
        assert client.wait_for(failed).error == "It took more than 1 second."
