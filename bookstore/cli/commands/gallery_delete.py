"""``gallery delete``: nobody sees a notebook any more, until it is restored.

Knows: the command line.  Must not know: who may do it.
"""

from __future__ import annotations

from ...gallery.catalogue.deleting import delete
from ..app import DONE
from .gallery_catalogue import CatalogueVerb


class GalleryDeleteCommand(CatalogueVerb):
    """``jupyter bookstore gallery delete``."""

    name = "gallery delete"
    description = "Delete a notebook so that nobody sees it. What it was can be restored."
    usage = "UUID"
    least_arguments = most_arguments = 1
    examples = """
        jupyter bookstore gallery delete UUID
    """

    def work(self, uuid: str) -> int:
        """Delete it."""
        with self.desk() as desk:
            desk.run(delete(desk.catalogue, desk.actor, uuid))
        self.tell({"uuid": uuid, "deleted": True}, f"{uuid} is deleted; it can be restored.")
        return DONE
