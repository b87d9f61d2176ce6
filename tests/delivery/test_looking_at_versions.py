"""What is made of versions is made while their bodies are at hand."""

from __future__ import annotations

import logging

import pytest
from support import save_of

from bookstore.delivery.uploader import Uploader
from bookstore.outbox import Outbox
from bookstore.store.memory import MemoryStore

pytestmark = pytest.mark.asyncio


async def test_a_version_is_looked_at_while_its_body_is_at_hand(
    outbox: Outbox, store: MemoryStore
) -> None:
    """Every version with a body, once, and a bug in that stops no delivery."""
    seen: list[tuple[str, bytes]] = []

    def look_at(sha256: str, body: bytes) -> None:
        seen.append((sha256, body))
        raise RuntimeError("a bug")

    uploader = Uploader(
        outbox,
        store,
        concurrency=2,
        timeout_s=5,
        tell=lambda _: None,
        log=logging.getLogger("test"),
        look_at=look_at,
    )
    saves = [save_of("a.ipynb", b"one"), save_of("a.ipynb", b"two"), save_of("b.ipynb", b"three")]
    await outbox.add(saves)

    assert await uploader.drain(deadline_s=10) == 0
    await uploader.stop()

    assert sorted(seen) == sorted((save.provenance.sha256, save.body) for save in saves)
