"""Whatever is put, saved, packed, removed and reopened, in whatever order: every version left is
byte for byte what it was, and nothing is left of those that are gone."""

from __future__ import annotations

import logging
from pathlib import Path
from random import Random

import pytest
from local_folder import asked, body_files, body_of, counted, pack
from stored import listed, put
from support import Events, delete_of, save_of

from bookstore.databases import bodies
from bookstore.delivery.adoption import Adoption
from bookstore.outbox import Outbox, part
from bookstore.records import Save
from bookstore.store.local import packing
from bookstore.store.local import store as store_module
from bookstore.store.local.store import LocalStore

pytestmark = pytest.mark.asyncio

PATHS = ("a.ipynb", "b.ipynb", "b.ipynb/c", "\u00e9.ipynb")
KEYS = tuple(f"workspace/{path}" for path in PATHS)
STEPS = 60
KINDS = ("put",) * 3 + ("save",) * 3 + ("delete", "pack", "pack", "remove", "remove", "reopen")


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bodies of 25 kB are large ones; so are transactions of one piece and batches of two."""
    for module in (bodies, store_module):
        monkeypatch.setattr(module, "INLINE_BYTES", 25_000)
    monkeypatch.setattr(packing, "_PIECES_BYTES", 4_000)
    monkeypatch.setattr(packing, "_BATCH", 5)
    monkeypatch.setattr(packing, "_BASES", 2)


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


class Opened:
    """A store, and what waits in its file, as one process has them."""

    def __init__(self, folder: Path) -> None:
        self.store = LocalStore(folder, shared_with=(part(folder),))
        self.outbox = Outbox(
            folder, max_bytes=2**30, skip_unchanged=False, database=self.store.database
        )
        self.events = Events()
        log = logging.getLogger("tests")
        self.adoption = Adoption(self.outbox, self.store, tell=self.events, log=log)

    async def save(self, saves: list[Save]) -> dict[str, bytes | None]:
        """Save, and return what is a version then."""
        await self.outbox.add(saves)
        self.events.clear()
        assert await self.adoption.drain(deadline_s=60) == 0
        bodies = [None if save.operation == "delete" else save.body for save in saves]
        ids = [event.version.version_id for event in self.events.of("archived") if event.version]
        return dict(zip(ids, bodies, strict=True))

    async def close(self) -> None:
        await self.outbox.close()
        await self.store.close()


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
async def test_every_version_that_is_left_is_what_it_was(folder: Path, seed: int) -> None:
    random = Random(seed)
    opened, history = Opened(folder), History(random)
    for _ in range(STEPS):
        path = random.choice(PATHS)
        key, store = f"workspace/{path}", opened.store
        kept = history.kept[key]
        match random.choice(KINDS):
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
            case "save":
                saves = [save_of(path, history.new_body()) for _ in range(random.randint(1, 3))]
                kept.update(await opened.save([*saves, *[delete_of(path)] * random.randint(0, 1)]))
            case "reopen":
                await opened.close()
                opened = Opened(folder)
        await check(opened.store, history)
    store = opened.store
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
    await opened.close()
