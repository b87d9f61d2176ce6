"""What the verbs share that are about notebooks in the gallery: who asks, and where it is.

Knows: the gallery, the command line.  Must not know: what is done.
"""

from __future__ import annotations

from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from typing import Any, TypeVar

from traitlets import Bool, Unicode

from ...gallery.catalogue import Catalogue
from ...gallery.permissions import Actor
from ...gallery.service import GalleryService
from ...gallery.settings import VARIABLE, GallerySettings
from ..app import BookstoreCommand
from ..sources.store_source import StoreSource

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Desk:
    """A gallery, and who asks."""

    source: StoreSource
    catalogue: Catalogue
    actor: Actor

    def run(self, work: Awaitable[T]) -> T:
        """Return what *work* returns."""
        return self.source.run(work)


class CatalogueVerb(BookstoreCommand):
    """Base of the verbs."""

    database = Unicode(
        help=f"""URL of the gallery's database. Default: GallerySettings.database, the environment
        variable {VARIABLE}, which others cannot read in the list of processes, or the file in
        Jupyter's data folder that a server has.""",
    ).tag(config=True)
    as_administrator = Bool(
        False, help="Act as an administrator, whom GallerySettings.administrators names."
    ).tag(config=True)
    aliases = {  # noqa: RUF012
        **BookstoreCommand.aliases,
        "database": "CatalogueVerb.database",
    }
    flags = {  # noqa: RUF012
        **BookstoreCommand.flags,
        "admin": (
            {"CatalogueVerb": {"as_administrator": True}},
            "Act as an administrator, whom GallerySettings.administrators names.",
        ),
    }

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        """Open the gallery of the store for whoever runs the command."""
        source, settings = self.store_for(), GallerySettings(parent=self)
        if self.database:
            settings.database = self.database
        prefix = f"{source.bookstore.published_key('')}/"
        service = GalleryService(settings, source.bookstore.store, prefix)
        try:
            gallery = source.run(service.opened())
            asking = gallery.people.actor(source.username, as_administrator=self.as_administrator)
            yield Desk(source=source, catalogue=gallery.catalogue, actor=source.run(asking))
        finally:
            source.run(service.close())

    def tell(self, facts: dict[str, Any], text: str) -> None:
        """Answer with JSON, or in words."""
        if self.as_json:
            self.output.json(facts)
        else:
            self.output.say(text)


def facts_of(answer: Any) -> dict[str, Any]:
    """Return what the gallery says as JSON has it: its moments are in UTC, and say so."""
    return {
        name: in_utc(value) if isinstance(value, datetime) else value
        for name, value in asdict(answer).items()
    }


def in_utc(moment: datetime) -> datetime:
    """Return a moment of the gallery's, which are in UTC and do not say so."""
    return moment.replace(tzinfo=timezone.utc)


def names_in(text: str) -> list[str]:
    """Return the names in a text that has them with commas between."""
    return [name.strip() for name in text.split(",") if name.strip()]


def public_of(*, public: bool, private: bool) -> bool | None:
    """Return what two flags say, of which neither has to be given."""
    return public if public or private else None
