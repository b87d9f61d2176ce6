"""A server that is told to stop while somebody has a shared notebook open."""

from __future__ import annotations

import asyncio
import signal
import time
from pathlib import Path

import pytest
from collaborator import collaborating
from processes import Server

from bookstore.store.local.store import LocalStore

SAVES = 20


def stores_in(home: Path) -> list[Path]:
    """The folders of the embedded stores that are there."""
    return list(home.glob("data/bookstore/store/*"))


async def delivered(home: Path, path: str) -> int:
    """How many versions of *path* are in the embedded store."""
    found = 0
    for directory in stores_in(home):
        store = LocalStore(directory)
        found += len([version async for version in store.versions(f"workspace/{path}")])
        await store.close()
    return found


@pytest.mark.asyncio
@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
async def test_the_backlog_is_delivered_though_the_process_may_never_end(
    tmp_path: Path, told: signal.Signals
) -> None:
    """Threads of the shared document's keep it alive; the next server need not wait for them."""
    with Server(home=tmp_path) as first:
        first.save("shared.ipynb", "1")
        async with collaborating(first, "shared.ipynb") as somebody:
            assert somebody.notebook.cell_number == 1
            for number in range(SAVES):
                await asyncio.to_thread(first.save, "a.ipynb", str(number))
            first.process.send_signal(told)
            deadline = time.monotonic() + 180
            while await delivered(tmp_path, "a.ipynb") < SAVES:
                assert time.monotonic() < deadline, first.log
            with Server(home=tmp_path) as second:
                await asyncio.to_thread(second.save, "a.ipynb", "last")
                await asyncio.to_thread(second.wait_until_delivered)
            assert await delivered(tmp_path, "a.ipynb") == SAVES + 1
        first.kill()
