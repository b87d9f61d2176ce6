"""A server may die at any moment: what it had acknowledged is never lost."""

from __future__ import annotations

import http.client
import os
import signal
import urllib.error
from pathlib import Path

import pytest
from processes import PATIENCE_S, WITHOUT_FRONT_ENDS, Server

from bookstore.store.local.store import LocalStore

KILL_AT_STEP = Path(__file__).with_name("kill_at_step.py")
TRIALS = int(os.environ.get("BOOKSTORE_CRASH_TRIALS", "8"))
"""Kills in each test; more find rarer accidents and take two seconds each."""
DIED = (OSError, urllib.error.URLError, http.client.HTTPException)


async def sources(home: Path, path: str) -> list[bytes]:
    """The bodies of the versions of *path* in the embedded store, oldest first."""
    [directory] = (home / "data" / "bookstore" / "store").iterdir()
    store = LocalStore(directory)
    key = f"workspace/{path}"
    ids = [version.version_id async for version in store.versions(key)]
    bodies = [(await store.get(key, version_id=version_id)).body for version_id in ids]
    await store.close()
    return bodies[::-1]


def position(marker: str, bodies: list[bytes]) -> int:
    """Where the version that holds *marker* stands."""
    [index] = [i for i, body in enumerate(bodies) if marker.encode() in body]
    return index


@pytest.mark.asyncio
@pytest.mark.slow
async def test_kill_9_right_after_the_answer_loses_no_save(tmp_path: Path) -> None:
    for trial in range(TRIALS):
        with Server(home=tmp_path, arguments=WITHOUT_FRONT_ENDS) as server:
            for number in range(3):
                server.save("a.ipynb", f"saved-{trial}-{number}-")
            server.kill()
    with Server(home=tmp_path, arguments=WITHOUT_FRONT_ENDS) as server:
        server.wait_until_delivered()
    bodies = await sources(tmp_path, "a.ipynb")
    markers = [f"saved-{trial}-{number}-" for trial in range(TRIALS) for number in range(3)]
    assert [position(marker, bodies) for marker in markers] == list(range(3 * TRIALS))
    assert bodies[-1] == (tmp_path / "notebooks" / "a.ipynb").read_bytes()


@pytest.mark.asyncio
@pytest.mark.slow
async def test_kill_9_at_every_step_of_a_save_loses_nothing_acknowledged(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "jupyter_server_config.py").write_text(KILL_AT_STEP.read_text())

    def server(kill_at: int) -> Server:
        environment = {"KILL_AT_STEP": str(kill_at), "STEPS_FILE": str(tmp_path / "steps")}
        return Server(home=tmp_path, arguments=WITHOUT_FRONT_ENDS, environment=environment)

    with server(0) as harmless:
        harmless.save("victim.ipynb", "saved-first-")
        harmless.wait_until_delivered()
        harmless.stop()
    steps = int((tmp_path / "steps").read_text())
    assert steps > 20, "the steps of a save were not seen"

    acknowledged = ["saved-first-"]
    stride = max(1, steps // TRIALS)
    for kill_at in range(1, steps + 1, stride):
        with server(kill_at) as doomed:
            try:
                doomed.save("victim.ipynb", f"saved-{kill_at}-")
                acknowledged.append(f"saved-{kill_at}-")
                doomed.wait_until_delivered()
            except DIED:
                doomed.kill()
    with server(0) as survivor:
        survivor.save("victim.ipynb", "saved-last-")
        survivor.wait_until_delivered()
    bodies = await sources(tmp_path, "victim.ipynb")
    places = [position(marker, bodies) for marker in [*acknowledged, "saved-last-"]]
    assert places == sorted(places)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "signals",
    [[signal.SIGTERM], [signal.SIGINT], [signal.SIGINT, signal.SIGTERM]],
    ids=["SIGTERM", "SIGINT", "SIGINT, then SIGTERM"],
)
async def test_a_server_that_is_told_to_stop_delivers_the_backlog_before_it_ends(
    tmp_path: Path, signals: list[signal.Signals]
) -> None:
    """The queue used to be callbacks in memory.  Without a terminal SIGINT is no
    question; the local spawners of JupyterHub send it, and SIGTERM when they lose patience."""
    with Server(home=tmp_path, arguments=WITHOUT_FRONT_ENDS) as server:
        for number in range(30):
            server.save("a.ipynb", f"saved-{number}-")
        for each in signals:
            server.process.send_signal(each)
        assert server.process.wait(PATIENCE_S) == 0
    assert len(await sources(tmp_path, "a.ipynb")) == 30


@pytest.mark.asyncio
async def test_two_servers_share_one_outbox_and_one_survives_the_other(tmp_path: Path) -> None:
    with Server(home=tmp_path, arguments=WITHOUT_FRONT_ENDS) as first:
        first.save("a.ipynb", "saved-by-first-")
        with Server(home=tmp_path, arguments=WITHOUT_FRONT_ENDS) as second:
            second.save("b.ipynb", "saved-by-second-")
            second.wait_until_delivered()
            first.save("a.ipynb", "saved-by-first-again-")
            first.kill()
            second.save("b.ipynb", "saved-by-second-alone-")
            second.wait_until_delivered()
    assert len(await sources(tmp_path, "a.ipynb")) == 2
    assert len(await sources(tmp_path, "b.ipynb")) == 2
