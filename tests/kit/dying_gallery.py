"""A gallery in files whose process is killed after its first step, its second, and so on.

Run as ``python dying_gallery.py FOLDER DEED``, it does the deed again and again, each time in a
process of its own that gets a step further, until one lives to the end.  After each another process
heals what is left, and prints what is there then: a line of JSON.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import traceback
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from catalogues import (
    PREFIX,
    Life,
    MortalDatabase,
    People,
    ipynb,
    let_die,
    put_there,
    rows,
    shown_and_listed,
)
from sqlalchemy import Connection, event
from sqlalchemy.orm import configure_mappers

from bookstore.gallery.catalogue import Catalogue, Rules
from bookstore.gallery.catalogue.deleting import delete, restore
from bookstore.gallery.catalogue.documents import cleaned
from bookstore.gallery.catalogue.reconciling import reconcile
from bookstore.gallery.catalogue.synchronising import synchronise
from bookstore.gallery.database.engine import reads_only
from bookstore.gallery.database.migrations import migrate
from bookstore.gallery.database.models import (
    Deletion,
    Notebook,
    Publishing,
    User,
)
from bookstore.gallery.permissions import Actor
from bookstore.store.local.store import LocalStore


class ShortLife(Life):
    """One that ends as the power fails."""

    def end(self) -> None:
        os.kill(os.getpid(), signal.SIGKILL)


@dataclass
class World:
    """The gallery of one process."""

    catalogue: Catalogue
    number: int
    """How many processes did the deed before."""

    @property
    def ada(self) -> Actor:
        [ada] = rows(self.catalogue, User, User.user_name == "ada")
        return Actor(user_id=ada.id)

    @property
    def uuid(self) -> str:
        return str(rows(self.catalogue, Notebook)[0].uuid)

    async def publish(self) -> None:
        await put_there(self.catalogue, self.ada, title=f"Title {self.number}", public=True)

    async def revise(self) -> None:
        body = ipynb(f"x = {self.number}")
        await put_there(self.catalogue, self.ada, uuid=self.uuid, title=None, body=body)

    async def delete(self) -> None:
        await delete(self.catalogue, self.ada, self.uuid)

    async def restore(self) -> None:
        await restore(self.catalogue, self.ada, self.uuid)

    async def take_in(self) -> None:
        await synchronise(self.catalogue)

    async def others_put(self) -> None:
        key = f"{PREFIX}{self.number}.ipynb"
        body = ipynb(f"x = {self.number}")
        await self.catalogue.store.put(key, body, metadata={}, content_type="application/json")

    async def let_there_be(self) -> None:
        if rows(self.catalogue, Deletion):
            await self.restore()

    async def let_there_not_be(self) -> None:
        if not rows(self.catalogue, Deletion):
            await self.delete()

    async def heal(self) -> None:
        await reconcile(self.catalogue)
        await synchronise(self.catalogue)

    async def report(self) -> None:
        catalogue = self.catalogue
        shown, listed = await shown_and_listed(catalogue)
        about = {
            "agree": listed == shown,
            "unfinished": len(rows(catalogue, Publishing, Publishing.finished_at.is_(None))),
            "shown": len(shown),
        }
        sys.stdout.write(f"{json.dumps(about)}\n")
        sys.stdout.flush()

    async def nothing(self) -> None:
        pass


Deed = Callable[[World], Awaitable[None]]
DEEDS: dict[str, tuple[Deed, Deed]] = {
    "publish": (World.nothing, World.publish),
    "revise": (World.nothing, World.revise),
    "delete": (World.let_there_be, World.delete),
    "restore": (World.let_there_not_be, World.restore),
    "take_in": (World.others_put, World.take_in),
}
"""What is done before the deed, in peace, and the deed."""


def in_a_process(work: Coroutine[Any, Any, None]) -> bool:
    """Do that in a process of its own, and return whether it was killed; it may not fail."""
    process = os.fork()
    if process == 0:
        try:
            asyncio.run(work)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    work.close()
    _, status = os.waitpid(process, 0)
    if os.WIFSIGNALED(status):
        return True
    if status != 0:
        sys.exit("A process failed.")
    return False


async def living(folder: Path, number: int, *deeds: Deed, last: int | None = None) -> None:
    """Do one thing after the other, and die after so many steps."""
    life, store = ShortLife(), LocalStore(folder / "shelf")
    database = MortalDatabase(f"sqlite:///{folder}/gallery.db", life)

    def about_to_commit(connection: Connection) -> None:
        if not reads_only(connection):
            life.step()

    event.listen(database.engine, "commit", about_to_commit)
    let_die(store, life)
    rules = Rules(publishing_limit=timedelta(0))
    catalogue = Catalogue(database=database, store=store, prefix=PREFIX, rules=rules)
    life.last = last
    for deed in deeds:
        await deed(World(catalogue, number))
    await database.close()
    await store.close()


async def beginning(folder: Path) -> None:
    url = f"sqlite:///{folder}/gallery.db"
    migrate(url)
    database = MortalDatabase(url, Life())
    People(database)
    await database.close()


def main() -> None:
    folder, (before, deed) = Path(sys.argv[1]), DEEDS[sys.argv[2]]
    # What takes long when it is done first, none of the processes has to do.
    configure_mappers()
    cleaned(ipynb())
    in_a_process(beginning(folder))
    in_a_process(living(folder, -1, World.publish, before))
    died, number = True, 0
    while died:
        died = in_a_process(living(folder, number, deed, last=number))
        in_a_process(living(folder, number, World.heal, World.report, before))
        number += 1


if __name__ == "__main__":
    main()
