"""What the verbs of ``gallery`` share: the gallery's database and store.

Knows: the gallery's database, the command line.  Must not know: what is moved.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from traitlets import Bool, Unicode

from ...gallery.database.engine import EngineOptions, make_engine
from ...gallery.database.errors import NoSuchDatabase, NotMigrated
from ...gallery.database.migrations import check, migrate
from ...gallery.database.sessions import Database
from ...gallery.database.translate import in_our_words, kind_of
from ...gallery.settings import VARIABLE, GallerySettings
from ..app import DONE, BookstoreCommand
from ..sources.store_source import StoreSource

FOLDER = "gallery"
"""Below the published prefix: the documents of the gallery."""


class GalleryVerb(BookstoreCommand):
    """Base of the verbs."""

    database = Unicode(
        help=f"""URL of the gallery's database. Default: GallerySettings.database, the environment
        variable {VARIABLE}, which others cannot read in the list of processes, or the file in
        Jupyter's data folder that a server has.""",
    ).tag(config=True)
    dry_run = Bool(False, help="Tell what would be done, and change nothing.").tag(config=True)
    aliases = {  # noqa: RUF012
        **BookstoreCommand.aliases,
        "database": "GalleryVerb.database",
    }
    flags = {  # noqa: RUF012
        **BookstoreCommand.flags,
        "dry-run": (
            {"GalleryVerb": {"dry_run": True}},
            "Tell what would be done, and change nothing.",
        ),
    }

    def gallery_url(self, source: StoreSource) -> str:
        """Return the URL of the database of the gallery in a store."""
        bucket = source.bookstore.store.bucket
        return self.database or GallerySettings(parent=self).database_url(bucket)

    def on_database(self, work: Callable[[Database], Awaitable[None]]) -> int:
        """Do *work* on the gallery's database, up to date."""
        url = self.gallery_url(self.store_for())
        make_folder(url)
        migrate(url)

        async def done() -> None:
            database = Database(url)
            try:
                await work(database)
            finally:
                await database.close()

        asyncio.run(done())
        return DONE

    @contextmanager
    def gallery(self, source: StoreSource) -> Iterator[Engine]:
        """Give the gallery's database, up to date; for a dry run, one that is only read."""
        ours = self.gallery_url(source)
        with TemporaryDirectory() as folder:
            url = _for_a_dry_run(ours, Path(folder)) if self.dry_run else ours
            if not self.dry_run:
                make_folder(url)
                migrate(url)
            with opened(url, reads_only=self.dry_run) as engine:
                yield engine


def _for_a_dry_run(url: str, folder: Path) -> str:
    """Return the gallery's URL, or one of an empty gallery where there is none yet."""
    try:
        with opened(url, reads_only=True) as engine, engine.connect() as connection:
            check(connection)
    except (NoSuchDatabase, NotMigrated):
        empty = f"sqlite:///{folder}/empty.db"
        migrate(empty)
        return empty
    return url


@contextmanager
def opened(url: str, *, reads_only: bool) -> Iterator[Engine]:
    """Give the engine of a database, whose failures are told in our words."""
    options = EngineOptions(connections=0, statement_limit_s=None, reads_only=reads_only)
    engine = make_engine(url, options)
    try:
        yield engine
    except DBAPIError as error:
        ours = in_our_words(kind_of(error), engine.url, None)
        if ours is None:
            raise
        raise ours from error
    finally:
        engine.dispose()


def document_key(source: StoreSource, uuid: str) -> str:
    """Return the key of a notebook's document."""
    return source.bookstore.published_key(f"{FOLDER}/{uuid}.ipynb")


def make_folder(url: str) -> None:
    """Make the folder of a SQLite file."""
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
