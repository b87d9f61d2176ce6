"""``gallery change``: other words for a notebook, other readers, another owner.

Knows: the command line.  Must not know: who may change what.
"""

from __future__ import annotations

from traitlets import Bool, Unicode

from ...gallery.catalogue.changing import Changes, change
from ..app import DONE
from ..command_line import UsageError
from .gallery_catalogue import CatalogueVerb, public_of


class GalleryChangeCommand(CatalogueVerb):
    """``jupyter bookstore gallery change``."""

    name = "gallery change"
    description = (
        "Change what is said of a notebook: all that you name, or nothing where some of it is "
        "wrong."
    )
    usage = "UUID"
    least_arguments = most_arguments = 1
    examples = """
        jupyter bookstore gallery change UUID --title "Tides and waves" --tags sea,harbour
        jupyter bookstore gallery change UUID --private --owner group:readers
    """

    title = Unicode(None, allow_none=True, help="Title.").tag(config=True)
    about = Unicode(None, allow_none=True, help="Description, in Markdown.").tag(config=True)
    tags = Unicode(None, allow_none=True, help="All its tags, with commas between.").tag(
        config=True
    )
    owner = Unicode(None, allow_none=True, help="Whose it is: self, group:GID or user:NAME.").tag(
        config=True
    )
    public = Bool(False, help="Let everybody read it.").tag(config=True)
    private = Bool(False, help="Let only those read it who have a reason.").tag(config=True)
    aliases = {  # noqa: RUF012
        **CatalogueVerb.aliases,
        "title": "GalleryChangeCommand.title",
        "description": "GalleryChangeCommand.about",
        "tags": "GalleryChangeCommand.tags",
        "owner": "GalleryChangeCommand.owner",
    }
    flags = {  # noqa: RUF012
        **CatalogueVerb.flags,
        "public": ({"GalleryChangeCommand": {"public": True}}, "Let everybody read it."),
        "private": (
            {"GalleryChangeCommand": {"private": True}},
            "Let only those read it who have a reason.",
        ),
    }

    def work(self, uuid: str) -> int:
        """Change it."""
        changes = Changes(
            title=self.title,
            description=self.about,
            tags=self.tags,
            public=public_of(public=self.public, private=self.private),
            owner=self.owner,
        )
        if changes == Changes():
            raise UsageError("Say what to change.")
        with self.desk() as desk:
            desk.run(change(desk.catalogue, desk.actor, uuid, changes))
        self.tell({"uuid": uuid}, f"{uuid} is changed.")
        return DONE
