"""A real store that dies in the middle of saves costs nothing but time."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from pathlib import Path

import pytest
from bucket import Bucket
from processes import Server

pytestmark = pytest.mark.real_store

CI = Path(__file__).resolve().parents[2] / "ci"
SAVES = 60


def kill(store: str, daemon: str) -> None:
    """SIGKILL one of the store's processes."""
    state = Path(os.environ["BOOKSTORE_REAL_STORES"]).parent / store
    os.kill(int((state / "run" / f"{daemon}.pid").read_text()), signal.SIGKILL)


def start(store: str) -> None:
    """Start what is missing of the store, and wait until it answers."""
    folder = str(Path(os.environ["BOOKSTORE_REAL_STORES"]).parent)
    environment = os.environ | {"BOOKSTORE_STORES_DIR": folder}
    subprocess.run([CI / f"{store}.sh", "start"], env=environment, check=True, timeout=240)


@pytest.mark.parametrize(
    ("bucket", "daemons"),
    [("ceph", ["client.rgw.a"]), ("ceph", ["osd.0"]), ("swift", ["proxy", "object", "container"])],
    indirect=["bucket"],
    ids=["gateway", "disk", "swift"],
)
def test_saves_go_on_while_a_store_is_killed_and_started_again(
    server: Server, bucket: Bucket, daemons: list[str]
) -> None:
    """Every save is a version, in order; one of which the answer was lost may be two."""
    store = bucket.store.name
    starting = threading.Thread(target=start, args=(store,))
    for number in range(SAVES):
        if number == SAVES // 3:
            for daemon in daemons:
                kill(store, daemon)
        if number == SAVES // 2:
            starting.start()
        server.save("a.ipynb", f"saved-{number:02}-")
    starting.join()
    server.wait_until_delivered()

    bodies = bucket.bodies("workspace/a.ipynb")
    distinct = [body for n, body in enumerate(bodies) if n == 0 or body != bodies[n - 1]]
    assert len(distinct) == SAVES
    assert all(f"saved-{n:02}-".encode() in body for n, body in enumerate(distinct))
    assert distinct[-1] == (server.root / "a.ipynb").read_bytes()
