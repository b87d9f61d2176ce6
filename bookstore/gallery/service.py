"""The gallery of one server: everything that its pages and routes share, put together once.

Nothing connects, migrates or is built before somebody opens the gallery.
Knows: settings, the rooms of the gallery, a store.  Must not know: HTTP, whose store it is.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from ..concurrency.background import start_in_background
from ..store.base import ObjectStore
from .catalogue import Catalogue, Rules
from .catalogue.keeper import Keeper
from .database.migrations import migrate
from .database.sessions import Database
from .database.urls import database_url
from .extensions import Extensions
from .jobs import duties_of
from .people import People
from .rendering import Options, Renderer
from .search.catalogued import Searched
from .search.choosing import index_for
from .search.index import SearchIndex
from .search.upkeep import keep_up
from .settings import GallerySettings, gallery_folder


@dataclass(frozen=True, kw_only=True)
class Gallery:
    """What the faces of the gallery share."""

    settings: GallerySettings
    catalogue: Catalogue
    index: SearchIndex
    people: People
    renderer: Renderer
    keeper: Keeper
    """Finishes what was interrupted, and takes in what others publish."""

    @property
    def database(self) -> Database:
        """The catalogue's database."""
        return self.catalogue.database

    async def close(self) -> None:
        """Let go of everything but the store."""
        await self.keeper.stop()
        self.renderer.close()
        await asyncio.to_thread(self.index.close)
        await self.database.close()


class GalleryService:
    """The gallery of the notebooks below *prefix* in *store*, opened when it is first asked for."""

    def __init__(self, settings: GallerySettings, store: ObjectStore, prefix: str) -> None:
        self._settings, self._store, self._prefix = settings, store, prefix
        self._opening = asyncio.Lock()
        self._gallery: Gallery | None = None
        self._searching: asyncio.Task[None] | None = None
        self.anonymous_may_read = settings.anonymous_may_read
        self.most_bytes = settings.most_bytes
        self.jupyter_url = settings.jupyter_url
        """Where notebooks are opened, "" for nowhere; a Hub's host says it by itself."""
        self.jupyter_reads_bucket = settings.jupyter_reads == "bucket"
        self.members_have_jupyter = settings.members_have_jupyter
        self.origins = settings.origins
        """Where nbgallery's extensions are; none, and there is nothing for them here."""
        self.options = Options(
            outputs=settings.outputs_may_be_kept, remote_images=settings.remote_images
        )
        """How notebooks are shown."""

    async def opened(self) -> Gallery:
        """Return the gallery, its database up to date.

        Raises :class:`~.database.errors.DatabaseError`; then the next one who asks tries again.
        """
        if self._gallery is None:
            async with self._opening:
                if self._gallery is None:
                    gallery = await asyncio.to_thread(self._open)
                    gallery.keeper.start()
                    self._searching = start_in_background(keep_up(gallery.catalogue, gallery.index))
                    self._gallery = gallery
        return self._gallery

    async def close(self) -> None:
        """Let go of what was opened.  Safe to call twice."""
        async with self._opening:
            gallery, self._gallery = self._gallery, None
        if self._searching is not None:
            self._searching.cancel()
            await asyncio.gather(self._searching, return_exceptions=True)
        if gallery is not None:
            await gallery.close()

    def _open(self) -> Gallery:
        settings, store = self._settings, self._store
        url = settings.database_url(store.bucket)
        _make_folder(url)
        migrate(url)
        database = Database(url)
        index = index_for(
            database,
            engine=settings.search_engine or None,
            folder=gallery_folder() / "search" / store.bucket,
        )
        index.start()
        catalogue = Catalogue(
            database=database,
            store=store,
            prefix=self._prefix,
            rules=Rules(
                anonymous_may_read=settings.anonymous_may_read,
                outputs_may_be_kept=settings.outputs_may_be_kept,
                most_bytes=settings.most_bytes,
            ),
            indexes=Searched(index),
            extensions=Extensions(settings.extensions),
        )
        return Gallery(
            settings=settings,
            catalogue=catalogue,
            index=index,
            people=People(database, settings.administrators),
            renderer=Renderer(options=self.options),
            keeper=Keeper(catalogue, besides=duties_of(catalogue, index), log=settings.log),
        )


def _make_folder(url: str) -> None:
    """Make the folder of a SQLite file."""
    parsed = database_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
