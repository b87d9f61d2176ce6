"""``gallery deprecate``: say that a notebook is not to be used any more, why, and what instead.

Knows: the command line.  Must not know: who may say so.
"""

from __future__ import annotations

from traitlets import Bool, Unicode

from ...gallery.catalogue.deprecating import Deprecation, deprecate, undeprecate
from ..app import DONE
from .gallery_catalogue import CatalogueVerb, names_in


class GalleryDeprecateCommand(CatalogueVerb):
    """``jupyter bookstore gallery deprecate``."""

    name = "gallery deprecate"
    description = "Say that a notebook is not to be used any more, why, and what to use instead."
    usage = "UUID"
    least_arguments = most_arguments = 1
    examples = """
        jupyter bookstore gallery deprecate UUID --reason "It knows one harbour" --instead OTHER
        jupyter bookstore gallery deprecate UUID --undo
    """

    reason = Unicode(help="Why.").tag(config=True)
    instead = Unicode(help="UUIDs of what to use instead, with commas between.").tag(config=True)
    no_run = Bool(False, help="Let nobody run it from the gallery.").tag(config=True)
    undo = Bool(False, help="Let it be used again.").tag(config=True)
    aliases = {  # noqa: RUF012
        **CatalogueVerb.aliases,
        "reason": "GalleryDeprecateCommand.reason",
        "instead": "GalleryDeprecateCommand.instead",
    }
    flags = {  # noqa: RUF012
        **CatalogueVerb.flags,
        "no-run": (
            {"GalleryDeprecateCommand": {"no_run": True}},
            "Let nobody run it from the gallery.",
        ),
        "undo": ({"GalleryDeprecateCommand": {"undo": True}}, "Let it be used again."),
    }

    def work(self, uuid: str) -> int:
        """Deprecate it, or not any more."""
        deprecation = Deprecation(
            reason=self.reason,
            alternatives=tuple(names_in(self.instead)),
            may_be_run=not self.no_run,
        )
        with self.desk() as desk:
            catalogue, actor = desk.catalogue, desk.actor
            if self.undo:
                desk.run(undeprecate(catalogue, actor, uuid))
            else:
                desk.run(deprecate(catalogue, actor, uuid, deprecation))
        what = "may be used again" if self.undo else "is deprecated"
        self.tell({"uuid": uuid, "deprecated": not self.undo}, f"{uuid} {what}.")
        return DONE
