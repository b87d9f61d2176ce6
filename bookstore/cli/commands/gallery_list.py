"""``gallery list``: the notebooks that one may read.

Knows: the command line.  Must not know: who may read what.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import cast

from traitlets import Bool, Enum, Unicode

from ...gallery.catalogue.deleting import Gone, deleted
from ...gallery.catalogue.listing import Listed
from ...gallery.catalogue.reading import Filters, Order, Shelf, notebooks
from ...words import when
from ..app import DONE
from .gallery_catalogue import CatalogueVerb, Desk, facts_of, in_utc


class GalleryListCommand(CatalogueVerb):
    """``jupyter bookstore gallery list``."""

    name = "gallery list"
    description = "List the gallery's notebooks that you may read, or may restore."
    examples = """
        jupyter bookstore gallery list --mine
        jupyter bookstore gallery list --tag sea --order title
        jupyter bookstore gallery list --deleted
    """

    shelf = Enum(["all", "mine", "starred", "shared"], "all", help="Which of them.").tag(
        config=True
    )
    order = Enum(["updated", "created", "title"], "updated", help="What comes first.").tag(
        config=True
    )
    tag_name = Unicode(help="Only those with this tag.").tag(config=True)
    lang = Unicode(help="Only those in this language.").tag(config=True)
    owner = Unicode(help="Only those of this user.").tag(config=True)
    gid = Unicode(help="Only those of the group with this GID.").tag(config=True)
    deprecated = Bool(False, help="Those that are deprecated as well.").tag(config=True)
    deleted_ones = Bool(False, help="Those that were deleted, to restore them.").tag(config=True)
    aliases = {  # noqa: RUF012
        **CatalogueVerb.aliases,
        "shelf": "GalleryListCommand.shelf",
        "order": "GalleryListCommand.order",
        "tag": "GalleryListCommand.tag_name",
        "lang": "GalleryListCommand.lang",
        "owner": "GalleryListCommand.owner",
        "group": "GalleryListCommand.gid",
    }
    flags = {  # noqa: RUF012
        **CatalogueVerb.flags,
        "mine": ({"GalleryListCommand": {"shelf": "mine"}}, "Only your own."),
        "deprecated": (
            {"GalleryListCommand": {"deprecated": True}},
            "Those that are deprecated as well.",
        ),
        "deleted": (
            {"GalleryListCommand": {"deleted_ones": True}},
            "Those that were deleted, and that you may restore.",
        ),
    }

    def work(self) -> int:
        """List them."""
        with self.desk() as desk:
            if self.deleted_ones:
                self._tell_deleted(list(desk.source.each(_deleted(desk))))
            else:
                filters = Filters(
                    shelf=cast(Shelf, self.shelf),
                    tag=self.tag_name or None,
                    lang=self.lang or None,
                    owner=self.owner or None,
                    gid=self.gid or None,
                    with_deprecated=self.deprecated,
                )
                self._tell(list(desk.source.each(self._found(desk, filters))))
        return DONE

    async def _found(self, desk: Desk, filters: Filters) -> AsyncIterator[Listed]:
        after: str | None = ""
        while after is not None:
            page = await notebooks(
                desk.catalogue,
                desk.actor,
                filters,
                order=cast(Order, self.order),
                after=after or None,
            )
            for row in page.rows:
                yield row
            after = page.after

    def _tell(self, found: list[Listed]) -> None:
        if self.as_json:
            self.output.json({"notebooks": [facts_of(row) for row in found]})
            return
        columns = {
            "title": "long",
            "owner": "left",
            "tags": "long",
            "updated": "left",
            "read by": "left",
            "uuid": "left",
        }
        rows = [
            [
                f"{row.title} (deprecated)" if row.deprecated else row.title,
                row.owner,
                ", ".join(row.tags),
                when(in_utc(row.updated_at)),
                "everybody" if row.public else "some",
                row.uuid,
            ]
            for row in found
        ]
        self.output.table(columns, rows, empty="There is no such notebook that you may read.")

    def _tell_deleted(self, found: list[Gone]) -> None:
        if self.as_json:
            self.output.json({"deleted": [facts_of(gone) for gone in found]})
            return
        rows = [[gone.title, when(in_utc(gone.deleted_at)), gone.uuid] for gone in found]
        columns = {"title": "long", "deleted": "left", "uuid": "left"}
        self.output.table(columns, rows, empty="There is nothing that you may restore.")


async def _deleted(desk: Desk) -> AsyncIterator[Gone]:
    after: str | None = ""
    while after is not None:
        page = await deleted(desk.catalogue, desk.actor, after=after or None)
        for gone in page.rows:
            yield gone
        after = page.after
