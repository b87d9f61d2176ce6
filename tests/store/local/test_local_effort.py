"""What is done to one version of the embedded store costs no more for all the others it has."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

import pytest
from local_folder import body_of, counted, pack
from stored import KEY, put

from bookstore.store.local.store import LocalStore

pytestmark = pytest.mark.asyncio

FEW, MANY = 15, 120


class Effort:
    """Counts the steps that SQLite takes in the thread that owns a store's file."""

    def __init__(self, store: LocalStore) -> None:
        self.steps = 0
        store.database.run(self._count_on).result()

    def _count_on(self, db: Any) -> None:
        db.set_progress_handler(self._step, 10)

    def _step(self) -> int:
        self.steps += 10
        return 0


async def filled(folder: Path, versions: int) -> tuple[LocalStore, list[str]]:
    """A store with so many versions of one key, each of a piece of its own and one of all."""
    store, pieces = LocalStore(folder), count(2)
    made = [await put(store, KEY, body_of(1, next(pieces))) for _ in range(versions)]
    return store, [version.version_id for version in made]


async def test_cutting_a_version_does_not_look_at_those_that_are_still_to_be_cut(
    tmp_path: Path,
) -> None:
    """They may be very many: what an earlier release left, or a bucket's history."""
    steps: dict[int, float] = {}
    for versions in (FEW, MANY):
        store, _ = await filled(tmp_path / str(versions), versions)
        effort = Effort(store)
        assert await pack(store) == versions
        steps[versions] = effort.steps / versions
        await store.close()

    assert steps[MANY] < 1.5 * steps[FEW]


@pytest.mark.parametrize("place", [0, -1, -8])
async def test_removing_a_version_does_not_look_at_all_pieces_of_its_key(
    tmp_path: Path, place: int
) -> None:
    """Whether it is the oldest, the newest or one in between; its own piece goes, no other does."""
    steps: dict[int, float] = {}
    for versions in (FEW, MANY):
        folder = tmp_path / str(versions)
        store, made = await filled(folder, versions)
        await pack(store)
        effort = Effort(store)
        assert await store.remove(KEY, [made[place]]) == 1
        steps[versions] = effort.steps
        assert counted(folder)["pieces"] == versions
        await store.close()

    assert steps[MANY] < 1.5 * steps[FEW]
