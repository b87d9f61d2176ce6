"""``gallery import``: take in nbgallery's bundle of notebooks, or all of its database.

Knows: the command line.  Must not know: how things move.
"""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from pathlib import Path

from sqlalchemy import Engine
from traitlets import Bool, Unicode

from ...gallery.database.errors import NotAGallery
from ...gallery.database.state import State, check_nbgallery, state_of
from ...gallery.database.urls import place
from ...gallery.moving.bundle import names_in
from ...gallery.moving.documents import Documented, Documents, move_documents
from ...gallery.moving.tables import Moved, copy_tables, left_to_copy
from ...gallery.moving.taking_in import REFUSED, Gallery, Taken, take_bundle
from ...nbgallery import config
from ...nbgallery.database.connecting import engine_for
from ...words import count
from ..app import DONE, FAILED
from ..sources.store_source import StoreSource
from .gallery_base import GalleryVerb, document_key


class GalleryImportCommand(GalleryVerb):
    """``jupyter bookstore gallery import``."""

    name = "gallery import"
    description = (
        "Take in what nbgallery has. SOURCE is a tar.gz of notebooks with metadata.json, as "
        "nbgallery's administrators export it, or the URL of nbgallery's database; without it, "
        "the database that nbgallery.yml names. A database brings people, groups, notebooks, "
        "revisions, clicks, stars and comments, and is not changed. A run that was interrupted "
        "goes on; nothing is taken in twice."
    )
    usage = "[SOURCE]"
    most_arguments = 1
    examples = """
        jupyter bookstore gallery import notebooks.tar.gz --dry-run
        jupyter bookstore gallery import --database postgresql://gallery@db/gallery
    """

    public = Bool(
        False, help="Make notebooks public of which the bundle does not say whether they are."
    ).tag(config=True)
    documents = Unicode(
        help="""Folder where nbgallery keeps notebooks as files. Default: notebook_cache_dir of
        nbgallery.yml."""
    ).tag(config=True)
    aliases = {  # noqa: RUF012
        **GalleryVerb.aliases,
        "documents": "GalleryImportCommand.documents",
    }
    flags = {  # noqa: RUF012
        **GalleryVerb.flags,
        "public": (
            {"GalleryImportCommand": {"public": True}},
            "Make notebooks public of which the bundle does not say whether they are.",
        ),
    }

    def work(self, source: str = "") -> int:
        """Take it in."""
        store = self.store_for()
        with self.gallery(store) as gallery:
            if source and "://" not in source:
                return self._bundle(Path(source), gallery, store)
            return self._database(source, gallery, store)

    # -- a bundle --------------------------------------------------------------------------------

    def _bundle(self, file: Path, gallery: Engine, store: StoreSource) -> int:
        into = Gallery(gallery, store.bookstore.store, partial(document_key, store), self.public)
        taken: list[Taken] = []
        with self.output.progress("Importing", len(names_in(file))) as advance:
            for each in store.each(take_bundle(into, file, dry_run=self.dry_run)):
                taken.append(each)
                advance()
        if self.as_json:
            self.output.json({"dry_run": self.dry_run, "notebooks": list(map(asdict, taken))})
        else:
            rows = [[each.name, each.fate, each.why] for each in taken]
            columns = {"notebook": "long", "": "left", "why": "long"}
            self.output.table(columns, rows, empty="The bundle has no notebooks.")
            self._tell_of_dry_run()
        return FAILED if any(each.fate == REFUSED for each in taken) else DONE

    # -- a database ------------------------------------------------------------------------------

    def _database(self, url: str, gallery: Engine, store: StoreSource) -> int:
        configured = {} if url else config.load()
        shown = url or config.url(configured).render_as_string(hide_password=False)
        folder = self.documents or configured.get("notebook_cache_dir", "")
        source = engine_for(shown)
        try:
            _check_source(source)
            rows = self._rows(source, gallery)
            kept = Documented(source, Path(folder).expanduser() if folder else None)
            documents = self._documents(kept, gallery, store)
        finally:
            source.dispose()
        if self.as_json:
            told = {"tables": list(map(asdict, rows)), "documents": asdict(documents)}
            self.output.json({"dry_run": self.dry_run, **told})
            return DONE
        self.output.table(
            {"table": "left", "moved": "right", "there already": "right"},
            [[row.table, f"{row.moved:,}", f"{row.there:,}"] for row in rows],
        )
        verb = "to move" if self.dry_run else "moved"
        self.output.say(f"{count(documents.moved, 'document')} {verb} into the store.")
        if documents.lost:
            self.output.note(
                f"{count(documents.lost, 'document')} not found: nbgallery keeps old revisions in "
                "git where it keeps notebooks as files; --documents names their folder."
            )
        self._tell_of_dry_run()
        return DONE

    def _rows(self, source: Engine, gallery: Engine) -> list[Moved]:
        if self.dry_run:
            return copy_tables(source, gallery, dry_run=True)
        with self.output.progress("Rows", left_to_copy(source, gallery)) as advance:

            def several(rows: int) -> None:
                for _ in range(rows):
                    advance()

            return copy_tables(source, gallery, advance=several)

    def _documents(self, kept: Documented, gallery: Engine, store: StoreSource) -> Documents:
        if self.dry_run:
            return Documents(moved=kept.count())
        with self.output.progress("Documents") as advance:
            return store.run(
                move_documents(
                    kept,
                    gallery,
                    store.bookstore.store,
                    partial(document_key, store),
                    advance=advance,
                )
            )

    def _tell_of_dry_run(self) -> None:
        if self.dry_run:
            self.output.note("This was a dry run: nothing was changed.")


def _check_source(source: Engine) -> None:
    """Raise unless there is an nbgallery that is new enough."""
    with source.connect() as connection:
        if state_of(connection) is not State.NBGALLERY:
            raise NotAGallery(f"There is no nbgallery in {place(source.url)}.")
        check_nbgallery(connection)
