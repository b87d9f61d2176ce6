"""What the gallery costs with 10,000 notebooks, or with 100,000 with --large, on SQLite.

    python benchmarks/gallery.py [--large] [--size N] [--rounds N]

Prints: search with the permission predicate inside, one publish beyond what the store's put takes,
the index compared with the text, how long it takes to be made anew, the pages of a server of its
own, and how many statements each asks of the database.  Pages are also told as multiples of the
lightest answer of the same server in the same run, and in processor time of this process, which
is server and browser at once: both are nearly the same on a busy machine.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "kit"))

from filled_galleries import (
    Took,
    clocked,
    fill,
    percentiles,
    rebuild_fts5,
    sqlite_sizes,
    timed,
)
from hosted_gallery import API, GALLERY, PASSWORD, Hosted, Visitor, hosted
from made_up_galleries import CLASSES, World
from made_up_notebooks import Maker
from sqlalchemy import Engine, insert, select
from sqlalchemy.orm import Session
from statements import statements_of

from bookstore.gallery.accounts.accounts import Accounts
from bookstore.gallery.catalogue import Catalogue, Rules
from bookstore.gallery.catalogue.publication import Publication, Published
from bookstore.gallery.catalogue.publishing import publish
from bookstore.gallery.database.migrations import migrate
from bookstore.gallery.database.models import User, ViewShare, stars
from bookstore.gallery.database.sessions import Database
from bookstore.gallery.people import People
from bookstore.gallery.permissions import Actor
from bookstore.gallery.search.catalogued import Searched
from bookstore.gallery.search.engines.fts5 import Fts5Index
from bookstore.records import ObjectVersion
from bookstore.store.memory import MemoryStore

REAL = 300
"""Notebooks of real sizes, whose pages are opened."""
PREFIX = "published/"
READER = "reader"
OWN = 12
"""How many notebooks the reader owns, likes and is shared with, each."""


class TimedStore(MemoryStore):
    """A store that notes how long it took."""

    def __init__(self) -> None:
        super().__init__()
        self.put_ms = 0.0

    async def put(self, *given: Any, **named: Any) -> ObjectVersion:
        begin = time.perf_counter()
        version = await super().put(*given, **named)
        self.put_ms += (time.perf_counter() - begin) * 1000
        return version


def main() -> None:
    """Run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--large", action="store_true", help="100,000 notebooks")
    parser.add_argument("--size", type=int, help="so many notebooks")
    parser.add_argument("--rounds", type=int, default=4, help="how often each query is asked")
    options = parser.parse_args()
    logging.disable()  # a line for each request would be measured, too
    size = options.size or (100_000 if options.large else 10_000)
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder), size, options.rounds)


def measure(folder: Path, size: int, rounds: int) -> None:
    """Print everything about a gallery of a size."""
    url, store = f"sqlite:///{folder / 'gallery.db'}", TimedStore()
    migrate(url)
    database = Database(url)
    length, seconds = fill(database, World(size))
    print(f"{size} notebooks, {length / 1e6:.0f} MB of text, written in {seconds:.1f} s")
    print(f"index: {sqlite_sizes(database) / length:.0%} of the text, ", end="")
    print(f"made anew in {rebuild_fts5(database):.1f} s")
    search(database, rounds)
    uuids = asyncio.run(publishing(database, store))
    database.run_here(shelves)
    database.engine.dispose()
    settings = {"GallerySettings": {"anonymous_may_read": True}}
    with hosted(folder, store=store, **settings) as gallery:
        pages(gallery, uuids, rounds)


def search(database: Database, rounds: int) -> None:
    """Print how long searches take, each kind counting alike."""
    index, every = Fts5Index(), list[Took]()
    for queries in CLASSES.values():
        took = timed(database, queries, rounds, index.search)
        every += [took[int(len(took) * at / 20)] for at in range(20)]
    print(f"search           {percentiles(every)}")


async def publishing(database: Database, store: TimedStore) -> list[str]:
    """Print what one publish costs beside the store's put; return the notebooks."""
    catalogue = Catalogue(
        database=database,
        store=store,
        prefix=PREFIX,
        rules=Rules(outputs_may_be_kept=True),
        indexes=Searched(Fts5Index()),
    )
    await Accounts(database).add(READER, PASSWORD)
    actor = await People(database).actor(READER)
    maker, uuids, took = Maker(), list[str](), list[Took]()
    for number in range(REAL):
        publication = Publication(
            body=maker.notebook(),
            title=f"A notebook of a real size {number}",
            description="What it does, in **words**.",
            tags="real, sizes",
            public=True,
            keep_outputs=True,
        )
        before, begin, worked = store.put_ms, time.perf_counter(), time.process_time()
        uuids.append(await published(catalogue, actor, publication))
        beyond = (time.perf_counter() - begin) * 1000 - (store.put_ms - before)
        took.append((beyond, (time.process_time() - worked) * 1000))
    print(f"publish          {percentiles(took)}")
    return uuids


async def published(catalogue: Catalogue, actor: Actor, publication: Publication) -> str:
    done = await publish(catalogue, actor, publication)
    assert isinstance(done, Published)
    return done.uuid


def shelves(session: Session) -> None:
    """Let the reader like some notebooks, and be shared with some."""
    reader = session.scalars(select(User.id).where(User.user_name == READER)).one()
    for number in range(1, OWN + 1):
        session.execute(insert(stars).values(user_id=reader, notebook_id=number * 7))
        session.add(ViewShare(user_id=reader, notebook_id=number * 11))


def pages(gallery: Hosted, uuids: list[str], rounds: int) -> None:
    """Print what pages cost, and how much they ask of the database."""
    reader, stranger = gallery.visitor(READER), gallery.visitor()
    stranger.get(GALLERY)
    until_quiet()
    least, _ = opened(stranger, ["/health"] * 50)
    light = statistics.median(each[0] for each in least)
    print(f"a light answer   {percentiles(least)}")
    seldom = 10 * rounds
    for name, visitor, paths in (
        ("home", reader, [GALLERY] * seldom),
        ("home, strangers", stranger, [GALLERY] * seldom),
        ("tag", reader, [f"{GALLERY}/tag/forecasting"] * seldom),
        ("all tags", reader, [f"{GALLERY}/tags"] * seldom),
        ("search page", reader, [f"{GALLERY}/search?q={q}" for q in CLASSES["two words"]] * rounds),
        ("feed", reader, [f"{GALLERY}/feed"] * seldom),
        ("API, 20", reader, [f"{API}?q=frame"] * seldom),
        ("notebook", reader, [f"{GALLERY}/nb/{uuid}" for uuid in uuids]),
        ("notebook, again", reader, [f"{GALLERY}/nb/{uuid}" for uuid in uuids]),
    ):
        took, asked = opened(visitor, paths)
        times = statistics.median(each[0] for each in took) / light
        print(f"{name:<16} {percentiles(took)}  {times:5.1f} x light, {asked} statements")


def until_quiet() -> None:
    """Wait until what is done beside the pages, when the gallery is opened, is done."""
    is_quiet = False
    while not is_quiet:
        with statements_of(Engine) as seen:
            time.sleep(2)
        is_quiet = not seen


def opened(visitor: Visitor, paths: list[str]) -> tuple[list[Took], int]:
    """Return how long each page takes, and how many statements the last one took."""

    def get(path: str) -> Callable[[], None]:
        def work() -> None:
            answer = visitor.get(path)
            assert answer.status_code == 200, answer.text

        return work

    took = [clocked(get(path)) for path in paths]
    with statements_of(Engine) as seen:
        get(paths[-1])()
    return took, len(seen)


if __name__ == "__main__":
    main()
