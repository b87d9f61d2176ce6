"""Whatever is put, packed, removed and reopened, in whatever order: every version that is left is
byte for byte what it was, and nothing is left of those that are gone."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from local_folder import Open, asked, body_files, body_of, counted, pack
from stored import listed, put

from bookstore.databases import bodies
from bookstore.outbox import tables as outbox_tables
from bookstore.store.local import packing
from bookstore.store.local import store as store_module
from bookstore.store.local.store import LocalStore

pytestmark = pytest.mark.asyncio

KEYS = ("a.ipynb", "b.ipynb", "b.ipynb/c", "\u00e9.ipynb")
STEPS = 60


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bodies of 25 kB are large ones; so are transactions of one piece and batches of two."""
    for module in (bodies, store_module):
        monkeypatch.setattr(module, "INLINE_BYTES", 25_000)
    monkeypatch.setattr(packing, "_PIECES_BYTES", 4_000)
    monkeypatch.setattr(packing, "_BATCH", 5)
    monkeypatch.setattr(packing, "_BASES", 2)
    assert outbox_tables.bodies is bodies


class History:
    """What was put, and is not removed yet."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.kept: dict[str, dict[str, bytes | None]] = {key: {} for key in KEYS}
        """By key, the versions in their order, a delete marker without a body."""

    def new_body(self) -> bytes:
        cells = self.random.sample(range(8), self.random.choice([0, 1, 2, 2, 3, 6]))
        return body_of(*sorted(cells), end=str(self.random.randrange(9)))

    def to_remove(self, key: str) -> list[str]:
        """Old ones, as retention removes them, or any."""
        ids = list(self.kept[key])
        some = ids[: -self.random.randrange(1, 4)]
        some = some if self.random.random() < 0.7 else ids
        return self.random.sample(some, self.random.randint(0, len(some)))


async def check(store: LocalStore, history: History) -> None:
    """Read everything."""
    for key, versions in history.kept.items():
        found = await listed(store.versions(key))
        assert [version.version_id for version in found] == list(versions)[::-1]
        for version in found:
            body = versions[version.version_id]
            assert version.is_delete_marker is (body is None)
            if body is not None:
                stored = await store.get(key, version_id=version.version_id)
                assert stored.body == body


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
async def test_every_version_that_is_left_is_what_it_was(
    folder: Path, reopen: Open, seed: int
) -> None:
    random = Random(seed)
    store, history = reopen(), History(random)
    for _ in range(STEPS):
        key = random.choice(KEYS)
        kept = history.kept[key]
        match random.choice(["put"] * 5 + ["delete", "pack", "pack", "remove", "remove", "reopen"]):
            case "put":
                body = history.new_body()
                kept[(await put(store, key, body)).version_id] = body
            case "delete":
                kept[(await store.delete(key)).version_id] = None
            case "pack":
                await pack(store)
            case "remove":
                gone = history.to_remove(key)
                assert await store.remove(key, gone) == len(gone)
                history.kept[key] = {each: kept[each] for each in kept if each not in gone}
            case "reopen":
                await store.close()
                store = reopen()
        await check(store, history)
    if seed % 2:
        await pack(store)
        assert counted(folder)["bodies"] == len(body_files(folder)) == 0
        [(needed,)] = asked(folder, "SELECT count(DISTINCT piece_id) FROM uses")
        assert counted(folder)["pieces"] == needed
    for key, kept in history.kept.items():
        assert await store.remove(key, list(kept)) == len(kept)
    assert not any(counted(folder).values())
    assert body_files(folder) == []
    assert asked(folder, "SELECT count(*) FROM keys") == [(0,)]
