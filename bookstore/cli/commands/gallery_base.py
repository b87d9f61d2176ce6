"""What the verbs of ``gallery`` share: the gallery's database and store.

Knows: the gallery's database, the command line.  Must not know: what is moved.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from jupyter_core.paths import jupyter_data_dir
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from traitlets import Bool, Unicode

from ...gallery.database.engine import EngineOptions, make_engine
from ...gallery.database.errors import NoSuchDatabase, NotMigrated
from ...gallery.database.migrations import check, migrate
from ...gallery.database.translate import in_our_words, kind_of
from ..app import BookstoreCommand
from ..sources.store_source import StoreSource

VARIABLE = "BOOKSTORE_GALLERY_DATABASE"
FOLDER = "gallery"
"""Below the published prefix: the documents of the gallery."""


class GalleryVerb(BookstoreCommand):
    """Base of the verbs."""

    database = Unicode(
        help=f"""URL of the gallery's database. Default: the environment variable {VARIABLE}, which
        others cannot read in the list of processes, or a file in Jupyter's data folder.""",
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

    @property
    def gallery_url(self) -> str:
        """The URL of the gallery's database."""
        file = Path(jupyter_data_dir()) / "bookstore" / "gallery.db"
        return self.database or os.environ.get(VARIABLE) or f"sqlite:///{file}"

    @contextmanager
    def gallery(self) -> Iterator[Engine]:
        """Give the gallery's database, up to date; for a dry run, one that is only read."""
        with TemporaryDirectory() as folder:
            url = self._for_a_dry_run(Path(folder)) if self.dry_run else self.gallery_url
            if not self.dry_run:
                _make_folder(url)
                migrate(url)
            with opened(url, reads_only=self.dry_run) as engine:
                yield engine

    def _for_a_dry_run(self, folder: Path) -> str:
        """Return the gallery's URL, or one of an empty gallery where there is none yet."""
        try:
            with (
                opened(self.gallery_url, reads_only=True) as engine,
                engine.connect() as connection,
            ):
                check(connection)
        except (NoSuchDatabase, NotMigrated):
            empty = f"sqlite:///{folder}/empty.db"
            migrate(empty)
            return empty
        return self.gallery_url


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


def _make_folder(url: str) -> None:
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
