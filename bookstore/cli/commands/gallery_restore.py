"""``gallery restore``: a notebook that was deleted is as it was.

Knows: the command line.  Must not know: who may do it.
"""

from __future__ import annotations

from ...gallery.catalogue.deleting import restore
from ..app import DONE
from .gallery_catalogue import CatalogueVerb


class GalleryRestoreCommand(CatalogueVerb):
    """``jupyter bookstore gallery restore``."""

    name = "gallery restore"
    description = "Let a notebook that was deleted be as it was."
    usage = "UUID"
    least_arguments = most_arguments = 1
    examples = """
        jupyter bookstore gallery restore UUID
    """

    def work(self, uuid: str) -> int:
        """Restore it."""
        with self.desk() as desk:
            desk.run(restore(desk.catalogue, desk.actor, uuid))
        self.tell({"uuid": uuid, "deleted": False}, f"{uuid} is as it was.")
        return DONE
