"""``migrate``: what an earlier release, or a file that was moved aside, still holds is packed now.

Knows: the embedded store.  Must not know: how it keeps versions.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from traitlets import Bool

from ...health.doctor.embedded import told
from ...records import ObjectVersion
from ...store.local.measuring import Measured
from ...store.local.store import LocalStore
from ...words import count
from ..app import DONE, FAILED, BookstoreCommand

_LOOK_S = 0.2
_ASK_AGAIN_S = 0.5
_DRY_RUN = "Tell what there is to do, and change nothing."


class MigrateCommand(BookstoreCommand):
    """``jupyter bookstore migrate``."""

    name = "migrate"
    description = (
        "Bring all versions of the embedded store into today's form: those that an earlier release "
        "kept in a folder, and those in a file that was moved aside. Servers do that in the "
        "background; this does it now, and can be interrupted and run again. Each version is read "
        "back before what it was in is removed. The exit code is 1 when a version cannot be read."
    )
    examples = """
        jupyter bookstore migrate --dry-run     # what there is, and what is damaged
        jupyter bookstore migrate
    """

    dry_run = Bool(False, help=_DRY_RUN).tag(config=True)
    flags = {  # noqa: RUF012
        **BookstoreCommand.flags,
        "dry-run": ({"MigrateCommand": {"dry_run": True}}, _DRY_RUN),
    }

    def work(self) -> int:
        """Pack, or look."""
        source = self.store_for()
        store = source.bookstore.store
        if not isinstance(store, LocalStore) or source.is_unused():
            return self._nothing_to_do(store.display)
        if self.dry_run:
            store.upkeep.pack_nothing()
        else:
            with self.output.countdown("Packing") as tell:
                source.run(_pack(store, tell))
        measured = source.run(store.upkeep.measured())
        damaged = source.run(store.upkeep.unreadable())
        self._tell(store.display, measured, damaged)
        return FAILED if damaged else DONE

    def _nothing_to_do(self, display: str) -> int:
        if self.as_json:
            self.output.json({"store": display, "left": 0, "damaged": []})
        else:
            self.output.say(f"There is nothing to do for {display}.")
        return DONE

    def _tell(
        self, display: str, measured: Measured, damaged: list[tuple[ObjectVersion, str]]
    ) -> None:
        if self.as_json:
            facts = [
                {"key": version.key, "version_id": version.version_id, "problem": problem}
                for version, problem in damaged
            ]
            left = {"left": measured.left, "left_bytes": measured.left_bytes}
            self.output.json({"store": display, **measured._asdict(), **left, "damaged": facts})
            return
        self.output.say(told(measured))
        for version, problem in damaged:
            self.output.complain(f"{version.key}, {version.version_id}: {problem}")
        if damaged:
            those = count(len(damaged), "version cannot", "versions cannot")
            self.output.complain(f"{those} be read, and what they are in stays.")
        if self.dry_run:
            self.output.note("Nothing was changed: this is a dry run.")


async def _pack(store: LocalStore, tell: Callable[[int], None]) -> None:
    """Pack everything, or wait for another process that does, telling how much is left."""
    packing = asyncio.ensure_future(_until_packed(store))
    try:
        while not packing.done():
            tell((await store.upkeep.measured()).left)
            await asyncio.wait([packing], timeout=_LOOK_S)
        packing.result()
    finally:
        packing.cancel()


async def _until_packed(store: LocalStore) -> None:
    while not await store.upkeep.pack():  # noqa: ASYNC110 - it may be another process
        await asyncio.sleep(_ASK_AGAIN_S)
